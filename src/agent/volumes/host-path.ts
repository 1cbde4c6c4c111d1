/** Directories and files of the machine that pods mount. */

import type { Disk, FileFacts } from "#base";
import { VolumeError } from "./payload.ts";

export type HostPathDisk = Pick<Disk, "findFacts" | "makeDirectory" | "realPath" | "writeFile">;

interface Wanted {
  readonly kind: FileFacts["kind"];
  readonly name: string;
}

const wantedKinds: ReadonlyMap<string, Wanted> = new Map([
  ["Directory", { kind: "directory", name: "directory" }],
  ["DirectoryOrCreate", { kind: "directory", name: "directory" }],
  ["File", { kind: "file", name: "file" }],
  ["FileOrCreate", { kind: "file", name: "file" }],
  ["Socket", { kind: "socket", name: "socket file" }],
  ["CharDevice", { kind: "characterDevice", name: "character device" }],
  ["BlockDevice", { kind: "blockDevice", name: "block device" }],
]);

/** Makes what the type lets us make, and refuses what is not of the type. */
export async function ensureHostPath(
  disk: HostPathDisk,
  path: string,
  type: string,
): Promise<void> {
  if (path.split("/").includes("..") || !path.startsWith("/")) {
    throw new VolumeError(`hostPath must be absolute and must not contain '..': ${path}`);
  }
  if (type === "") return;
  const wanted = wantedKinds.get(type);
  if (wanted === undefined) throw new VolumeError(`hostPath type ${type} is not supported`);
  const found = await findTarget(disk, path);
  if (found === undefined && type === "DirectoryOrCreate") {
    await disk.makeDirectory(path, { mode: 0o755 });
  } else if (found === undefined && type === "FileOrCreate") {
    await disk.writeFile(path, "", { mode: 0o644 });
  } else if (found?.kind !== wanted.kind) {
    throw new VolumeError(`hostPath type check failed: ${path} is not a ${wanted.name}`);
  }
}

/** Facts about what the path leads to, through links. */
async function findTarget(disk: HostPathDisk, path: string): Promise<FileFacts | undefined> {
  const facts = await disk.findFacts(path);
  if (facts?.kind !== "symlink") return facts;
  return disk.findFacts(await disk.realPath(path));
}
