import type { Logger } from "#base";
import { findCheckpoint } from "./checkpoint.ts";
import { readWal, repairWal, type WalReadDeps, type WalRepairDisk } from "./read-wal.ts";
import type { WalRecord } from "./record.ts";

export interface ReplayDeps extends WalReadDeps {
  readonly disk: WalReadDeps["disk"] & WalRepairDisk;
  readonly log: Logger;
}

/** Gets the records of a log, some at a time, and the segment or checkpoint that they lie in. */
export type RecordTaker = (records: readonly WalRecord[], segment: number) => void | Promise<void>;

/**
 * Reads the last checkpoint of a log and the segments behind it. What is damaged is cut off and
 * warned of. Resolves with how often that was.
 */
export async function replayWal(
  deps: ReplayDeps,
  directory: string,
  take: RecordTaker,
): Promise<number> {
  const checkpoint = await findCheckpoint(deps.disk, directory);
  if (checkpoint === undefined) return replaySegments(deps, directory, 0, take);
  const { directory: inside, segment } = checkpoint;
  const damages = await replaySegments(deps, inside, 0, (records) => take(records, segment));
  return damages + (await replaySegments(deps, directory, segment + 1, take));
}

/** The same for the segments from `from` on. */
export async function replaySegments(
  deps: ReplayDeps,
  directory: string,
  from: number,
  take: RecordTaker,
): Promise<number> {
  const damage = await readWal(deps, directory, { from }, take);
  if (damage === undefined) return 0;
  const { segment, offset, problem } = damage;
  deps.log.warn("log is damaged, cutting it off there", { directory, segment, offset, problem });
  await repairWal(deps.disk, directory, damage);
  return 1;
}
