import { execFileSync } from "node:child_process";
import process from "node:process";

/** Why no small disk can be had; false when it can. */
export const skipSmallDisk =
  process.getuid?.() === 0 ? false : "needs root to mount a small file system";

/** A file system of a few megabytes at an empty directory, until it is disposed of. */
export function mountSmallDisk(path: string, megabytes: number): Disposable {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path]);
  return { [Symbol.dispose]: () => execFileSync("umount", ["-l", path]) };
}
