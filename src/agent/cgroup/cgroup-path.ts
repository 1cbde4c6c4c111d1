/**
 * Where the cgroups of a node's pods are, and what they are called.
 *
 *     /wherry/<cluster>/<node>/kubepods/pod<uid>              Guaranteed
 *     /wherry/<cluster>/<node>/kubepods/burstable/pod<uid>    Burstable
 *     /wherry/<cluster>/<node>/kubepods/besteffort/pod<uid>   BestEffort
 *
 * Everything of a node lies below one directory, so that taking the node down is removing that, and
 * two clusters on one machine never meet.
 */

import type { QosClass } from "#api";

export type CgroupDriver = "cgroupfs" | "systemd";

/** The cgroup that holds everything of a node, within each hierarchy. */
export function nodeCgroup(cluster: string, node: string): string {
  return `/wherry/${cluster}/${node}`;
}

/** The cgroup of all pods of a class; it is made before the first pod. */
export function qosCgroup(root: string, qos: QosClass): string {
  const kubepods = `${root}/kubepods`;
  return qos === "Guaranteed" ? kubepods : `${kubepods}/${qos.toLowerCase()}`;
}

export function podCgroup(root: string, qos: QosClass, uid: string): string {
  return `${qosCgroup(root, qos)}/pod${uid}`;
}

/**
 * How a sandbox's `cgroupParent` names a cgroup. systemd wants slices whose names repeat those of
 * their parents, joined by dashes; dashes of our own become underscores.
 */
export function cgroupParentOf(driver: CgroupDriver, path: string): string {
  if (driver === "cgroupfs") return path;
  const parts = path
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("-", "_"));
  return parts.map((_, depth) => `/${parts.slice(0, depth + 1).join("-")}.slice`).join("");
}
