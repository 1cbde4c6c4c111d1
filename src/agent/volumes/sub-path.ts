/**
 * Parts of volumes (`subPath`).
 *
 * A container may have put links into its volume that lead out of it, and may change them while we
 * look. So what a path leads to is mounted at a place of our own first, where nobody changes it, and
 * only then checked: a mount that shows anything outside of the volume is taken away again.
 */

import type { Disk } from "#base";
import type { Mounter } from "./mounter.ts";
import { isWithin, showsPartOf } from "./mount-table.ts";
import { safePath, VolumeError } from "./payload.ts";

export interface SubPathDeps {
  readonly disk: Pick<Disk, "findFacts" | "makeDirectory" | "realPath" | "setMode" | "writeFile">;
  readonly mounter: Pick<Mounter, "bind" | "isMounted" | "table" | "unmountBelow">;
}

export interface SubPathRequest {
  /** Where the whole volume is. */
  readonly volume: string;
  readonly subPath: string;
  /** Where its part is to be. */
  readonly target: string;
}

/** Mounts the part at `target`; what is missing of the path becomes directories. */
export async function mountSubPath(
  deps: SubPathDeps,
  { volume, subPath, target }: SubPathRequest,
  signal: AbortSignal,
): Promise<void> {
  // A container that starts again gets what the path leads to now.
  await deps.mounter.unmountBelow(target, signal);
  const root = await deps.disk.realPath(volume);
  const source = await ensurePart(deps, root, subPath);
  await makeMountPoint(deps, source, target);
  await deps.mounter.bind(source, target, signal);
  if (showsPartOf(await deps.mounter.table(), target, root)) return;
  await deps.mounter.unmountBelow(target, signal);
  throw new VolumeError(`subPath ${subPath} leads out of its volume`);
}

/** Goes along the path, making what is missing, and says where it really ends. */
async function ensurePart({ disk }: SubPathDeps, root: string, subPath: string): Promise<string> {
  const mode = (await disk.findFacts(root))?.mode ?? 0o755;
  let at = root;
  for (const part of safePath(subPath).split("/")) {
    const next = `${at}/${part}`;
    if ((await disk.findFacts(next)) === undefined) {
      await disk.makeDirectory(next, { mode: 0o700 });
      await disk.setMode(next, mode);
    }
    at = await disk.realPath(next);
    if (!isWithin(at, root)) throw new VolumeError(`subPath ${subPath} leads out of its volume`);
  }
  return at;
}

/** A directory is mounted on a directory, anything else on a file. */
async function makeMountPoint(
  { disk }: SubPathDeps,
  source: string,
  target: string,
): Promise<void> {
  const facts = await disk.findFacts(source);
  if (facts?.kind === "directory") await disk.makeDirectory(target);
  else {
    await disk.makeDirectory(target.slice(0, target.lastIndexOf("/")));
    await disk.writeFile(target, "");
  }
}
