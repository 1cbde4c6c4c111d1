/** Where things of one pod lie on the node. */

import { assert } from "#base";

export interface PodPaths {
  /** Everything of the pod that is on disk. */
  readonly home: string;
  /** Everything of the pod that is in memory only. */
  readonly memory: string;
  readonly hostsFile: string;
  volume(name: string, where: "disk" | "memory"): string;
  part(volume: string, container: string, index: number): string;
  terminationFile(container: string, attempt: number): string;
}

/** The directory that holds the pods' directories on disk. */
export function homesOf(root: string): string {
  return `${root}/pods`;
}

/** The mount point of the file system in memory that holds what must not be written to a disk. */
export function memoryOf(root: string): string {
  return `${root}/memory`;
}

export function pathsOf(root: string, uid: string): PodPaths {
  assert(/^[A-Za-z0-9][-.A-Za-z0-9_]*$/.test(uid), "a uid is no path");
  const home = `${homesOf(root)}/${uid}`;
  const memory = `${memoryOf(root)}/${uid}`;
  return {
    home,
    memory,
    hostsFile: `${home}/etc-hosts`,
    volume: (name, where) => `${where === "disk" ? home : memory}/volumes/${name}`,
    part: (volume, container, index) => `${home}/parts/${volume}/${container}/${index}`,
    terminationFile: (container, attempt) => `${home}/containers/${container}/${attempt}`,
  };
}
