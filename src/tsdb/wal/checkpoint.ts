import type { Disk, Zstd } from "#base";
import { readWal, type WalReadDeps } from "./read-wal.ts";
import type { WalRecord } from "./record.ts";
import type { WalCompression } from "./record-packing.ts";
import { openWal, type Wal, type WalDeps, walOptionsDefault } from "./wal.ts";

/**
 * A checkpoint stands for the segments of a log up to one: a small log of its own, in a directory
 * inside the log's, with what was still needed of them when it was written.
 */
export interface Checkpoint {
  readonly directory: string;
  /** The last segment that it stands for. */
  readonly segment: number;
}

export interface CheckpointDeps {
  readonly disk: WalDeps["disk"] & WalReadDeps["disk"] & Pick<Disk, "rename">;
  readonly zstd: Zstd;
}

const temporarySuffix = ".tmp";

/** The latest checkpoint of a log. */
export async function findCheckpoint(
  disk: Pick<Disk, "listDirectory">,
  directory: string,
): Promise<Checkpoint | undefined> {
  return (await listCheckpoints(disk, directory)).at(-1);
}

/**
 * The last segment of the lower two thirds of a log, whose samples are mostly old; the segment that
 * is written to is never among them. Undefined when there are too few to be worth it.
 */
export function planCheckpoint(segments: readonly number[]): number | undefined {
  const first = segments[0] ?? 0;
  const last = first + Math.floor((((segments.at(-1) ?? 0) - 1 - first) * 2) / 3);
  return last <= first ? undefined : last;
}

/**
 * Writes a checkpoint with what `fill` appends, which is there as a whole or not at all. The segments
 * that it stands for and older checkpoints stay.
 */
export async function writeCheckpoint(
  deps: CheckpointDeps,
  directory: string,
  { segment, compression }: { readonly segment: number; readonly compression: WalCompression },
  fill: (log: Wal) => Promise<void>,
): Promise<Checkpoint> {
  const { disk } = deps;
  await removeTemporaryCheckpoints(disk, directory);
  const target = checkpointDirectory(directory, segment);
  const temporary = `${target}${temporarySuffix}`;
  {
    await using log = await openWal(deps, temporary, {
      ...walOptionsDefault,
      compression,
      sync: "segment",
    });
    await fill(log);
  }
  await disk.syncDirectory(temporary);
  await disk.remove(target);
  await disk.rename(temporary, target);
  await disk.syncDirectory(directory);
  return { directory: target, segment };
}

/**
 * Fills a checkpoint with what `keep` leaves of the last one and of the segments up to `segment`.
 * Damage in what is read ends it quietly: what comes behind would not be read after a restart either.
 */
export function fillFromLog(
  deps: CheckpointDeps,
  directory: string,
  segment: number,
  keep: (record: WalRecord) => WalRecord | undefined,
): (log: Wal) => Promise<void> {
  return async (log) => {
    const take = (records: readonly WalRecord[]) =>
      log.append(records.flatMap((record) => keep(record) ?? []));
    const last = await findCheckpoint(deps.disk, directory);
    if (last !== undefined) await readWal(deps, last.directory, {}, take);
    await readWal(deps, directory, { from: (last?.segment ?? -1) + 1, to: segment }, take);
  };
}

/** Removes the checkpoints that stand for less than those up to `segment`. */
export async function removeCheckpointsBefore(
  disk: Pick<Disk, "listDirectory" | "remove">,
  directory: string,
  segment: number,
): Promise<void> {
  for (const checkpoint of await listCheckpoints(disk, directory)) {
    if (checkpoint.segment < segment) await disk.remove(checkpoint.directory);
  }
}

/** Removes what a crash left of a checkpoint that was being written. */
async function removeTemporaryCheckpoints(
  disk: Pick<Disk, "listDirectory" | "remove">,
  directory: string,
): Promise<void> {
  for (const name of await disk.listDirectory(directory)) {
    const isTemporary = name.startsWith("checkpoint.") && name.endsWith(temporarySuffix);
    if (isTemporary) await disk.remove(`${directory}/${name}`);
  }
}

async function listCheckpoints(
  disk: Pick<Disk, "listDirectory">,
  directory: string,
): Promise<readonly Checkpoint[]> {
  const names = await disk.listDirectory(directory);
  return names
    .flatMap((name) => {
      const digits = /^checkpoint\.(\d{1,15})$/.exec(name)?.[1];
      return digits === undefined
        ? []
        : { directory: `${directory}/${name}`, segment: Number(digits) };
    })
    .sort((left, right) => left.segment - right.segment);
}

function checkpointDirectory(directory: string, segment: number): string {
  return `${directory}/checkpoint.${String(segment).padStart(8, "0")}`;
}
