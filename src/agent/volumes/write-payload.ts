/**
 * Puts files into a volume so that a reader sees either all old or all new ones, never a mixture.
 *
 * The files lie in a directory named after the time of writing; the link `..data` points to it, and
 * each visible name is a link through `..data`. A change writes a new directory and replaces the one
 * link, which the kernel does at once. Programs that watch their configuration know this scheme.
 * Source of the behaviour: upstream's kubelet (`atomic_writer`).
 */

import type { Clock, Disk } from "#base";
import type { PayloadFile } from "./payload.ts";

type PayloadDisk = Pick<
  Disk,
  | "findFacts"
  | "findFile"
  | "listDirectory"
  | "makeDirectory"
  | "readLink"
  | "remove"
  | "rename"
  | "setMode"
  | "setOwner"
  | "symlink"
  | "writeFile"
>;

export interface PayloadDeps {
  readonly disk: PayloadDisk;
  readonly clock: Clock;
}

export interface PayloadTarget {
  readonly directory: string;
  /** The group that may read everything, if the pod names one. */
  readonly fsGroup: number | undefined;
}

const dataLink = "..data";
const nextLink = "..data_tmp";

/** Brings the volume to contain exactly `files`; writes nothing when it does already. */
export async function writePayload(
  deps: PayloadDeps,
  target: PayloadTarget,
  files: readonly PayloadFile[],
): Promise<"changed" | "unchanged"> {
  const { disk } = deps;
  const { directory } = target;
  const current = await findCurrent(disk, directory);
  if (current !== undefined && (await isSame(disk, `${directory}/${current}`, files))) {
    return "unchanged";
  }
  const next = await freeName(deps, directory);
  await writeFiles(disk, `${directory}/${next}`, files, target.fsGroup);
  await disk.remove(`${directory}/${nextLink}`);
  await disk.symlink(next, `${directory}/${nextLink}`);
  await disk.rename(`${directory}/${nextLink}`, `${directory}/${dataLink}`);
  await linkVisible(disk, directory, files);
  for (const name of await disk.listDirectory(directory)) {
    // Also what a writer left behind that was cut off.
    if (name.startsWith("..") && name !== dataLink && name !== next) {
      await disk.remove(`${directory}/${name}`);
    }
  }
  return "changed";
}

async function findCurrent(disk: PayloadDisk, directory: string): Promise<string | undefined> {
  const facts = await disk.findFacts(`${directory}/${dataLink}`);
  if (facts?.kind !== "symlink") return undefined;
  const name = await disk.readLink(`${directory}/${dataLink}`);
  // Anything else was not made here and is not trusted.
  return /^\.\.[0-9_.]+$/.test(name) ? name : undefined;
}

async function isSame(
  disk: PayloadDisk,
  directory: string,
  files: readonly PayloadFile[],
): Promise<boolean> {
  const present = await listFiles(disk, directory, "");
  if (present.length !== files.length) return false;
  for (const { path, bytes } of files) {
    const found = await disk.findFile(`${directory}/${path}`);
    if (found === undefined || !isEqual(found, bytes)) return false;
  }
  return true;
}

async function listFiles(
  disk: PayloadDisk,
  directory: string,
  below: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  if ((await disk.findFacts(`${directory}/${below}`)) === undefined) return found;
  for (const name of await disk.listDirectory(`${directory}/${below}`)) {
    const path = below === "" ? name : `${below}/${name}`;
    const facts = await disk.findFacts(`${directory}/${path}`);
    if (facts?.kind === "directory") found.push(...(await listFiles(disk, directory, path)));
    else found.push(path);
  }
  return found;
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((octet, index) => octet === right[index]);
}

/** `..2026_01_02_03_04_05.000000006`: the time, and a number where the time is taken. */
async function freeName({ disk, clock }: PayloadDeps, directory: string): Promise<string> {
  const stamp = new Date(clock.nowMs()).toISOString().slice(0, 19).replace(/[-T:]/g, "_");
  for (let count = 0; ; count++) {
    const name = `..${stamp}.${String(count).padStart(9, "0")}`;
    if ((await disk.findFacts(`${directory}/${name}`)) === undefined) return name;
  }
}

async function writeFiles(
  disk: PayloadDisk,
  directory: string,
  files: readonly PayloadFile[],
  fsGroup: number | undefined,
): Promise<void> {
  const directories = new Set([directory]);
  for (const { path } of files) {
    for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
      directories.add(`${directory}/${path.slice(0, at)}`);
    }
  }
  for (const made of directories) {
    await disk.makeDirectory(made, { mode: 0o755 });
    if (fsGroup !== undefined) await disk.setOwner(made, -1, fsGroup);
    await disk.setMode(made, fsGroup === undefined ? 0o755 : 0o2755);
  }
  for (const { path, bytes, mode, uid = -1 } of files) {
    const file = `${directory}/${path}`;
    await disk.writeFile(file, bytes, { mode: 0o600 });
    if (fsGroup !== undefined || uid !== -1) await disk.setOwner(file, uid, fsGroup ?? -1);
    await disk.setMode(file, fsGroup === undefined ? mode : mode | 0o440);
  }
}

/** The first parts of all paths are links through `..data`; others go. */
async function linkVisible(
  disk: PayloadDisk,
  directory: string,
  files: readonly PayloadFile[],
): Promise<void> {
  const visible = new Set(files.map(({ path }) => path.split("/")[0] ?? path));
  for (const name of visible) {
    if ((await disk.findFacts(`${directory}/${name}`)) !== undefined) continue;
    await disk.symlink(`${dataLink}/${name}`, `${directory}/${name}`);
  }
  for (const name of await disk.listDirectory(directory)) {
    if (!name.startsWith("..") && !visible.has(name)) await disk.remove(`${directory}/${name}`);
  }
}
