/**
 * Keeps log files small: one that has grown too large is renamed, the runtime opens a new one under
 * the old name, and the oldest renamed ones are removed.
 */
import { compareText, type Disk } from "#base";

export interface RotationLimits {
  /** A file larger than this is rotated. */
  readonly bytesMax: number;
  /** How many files a container keeps, the current one included; at least 2. */
  readonly filesMax: number;
}

/** Upstream's defaults of `containerLogMaxSize` and `containerLogMaxFiles`. */
export const defaultRotationLimits: RotationLimits = {
  bytesMax: 10 * 1024 * 1024,
  filesMax: 5,
};

/** The part of a disk that is needed. */
export type RotationDisk = Pick<Disk, "findFacts" | "listDirectory" | "remove" | "rename">;

/**
 * Rotates one container's log if it is too large.
 *
 * @param reopen makes the runtime open the file anew; when it fails the old name is given back, so
 *   that the log is not lost from sight
 */
export async function rotateLog(
  disk: RotationDisk,
  log: { readonly path: string; readonly reopen: () => Promise<void> },
  limits: RotationLimits,
  nowMs: number,
): Promise<void> {
  const facts = await disk.findFacts(log.path);
  if (facts === undefined || facts.bytes <= limits.bytesMax) return;
  const surplus = planRemoval(await listRotated(disk, log.path), limits.filesMax);
  for (const path of surplus) await disk.remove(path);
  const rotated = `${log.path}.${timeSuffix(nowMs)}`;
  await disk.rename(log.path, rotated);
  try {
    await log.reopen();
  } catch (error) {
    await disk.rename(rotated, log.path);
    throw error;
  }
}

/** The renamed files of a log, oldest first. */
export async function listRotated(
  disk: Pick<Disk, "findFacts" | "listDirectory">,
  path: string,
): Promise<readonly string[]> {
  const slash = path.lastIndexOf("/");
  const directory = path.slice(0, slash);
  if ((await disk.findFacts(directory)) === undefined) return [];
  const prefix = `${path.slice(slash + 1)}.`;
  const names = await disk.listDirectory(directory);
  return names
    .filter((name) => name.startsWith(prefix))
    .sort(compareText)
    .map((name) => `${directory}/${name}`);
}

/** Which renamed files must go so that one more, and the current one, fit. */
function planRemoval(rotated: readonly string[], filesMax: number): readonly string[] {
  return rotated.slice(0, Math.max(0, rotated.length - (filesMax - 2)));
}

/** `20161006-001709.669`: sorts by time. */
function timeSuffix(nowMs: number): string {
  const iso = new Date(nowMs).toISOString();
  return iso
    .replace("T", "-")
    .replace(/[:Z]/g, "")
    .replace(/^(\d+)-(\d+)-/, "$1$2");
}
