/**
 * Evicts pods whose emptyDirs on disk have grown beyond their size limits. (Those in memory cannot:
 * their file systems are of that size.) Source of the behaviour: upstream's kubelet, `emptyDirLimitEviction`.
 */

import { type Clock, type Logger, type Processes, sleep } from "#base";
import { type Live, parseQuantity, quantityUnits } from "#api";
import type { Pod } from "#api/core/v1";

/** Upstream's between two looks; longer where looking itself takes long. */
const lookEveryMs = 10_000;
const pausePerLook = 10;

/** Pods of the system itself are never evicted. */
const criticalPriority = 2_000_000_000;

/** An emptyDir on disk that must not grow beyond its limit. */
export interface LimitedDirectory {
  readonly volume: string;
  /** As the pod has it: `1Gi`. */
  readonly sizeLimit: string;
  readonly path: string;
}

export interface SizeLimitsDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly processes: Pick<Processes, "run">;
  readonly listPods: () => readonly Live<Pod>[];
  readonly directoriesOf: (pod: Live<Pod>) => readonly LimitedDirectory[];
  /** Ends the pod for good and says why. */
  readonly evict: (pod: Live<Pod>, message: string) => void;
}

/** Looks again and again until aborted. */
export async function keepEmptyDirsSmall(deps: SizeLimitsDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const startedMs = deps.clock.elapsedMs();
    for (const pod of deps.listPods().filter(mayBeEvicted)) await look(deps, pod, signal);
    const tookMs = deps.clock.elapsedMs() - startedMs;
    const pauseMs = Math.max(lookEveryMs, pausePerLook * tookMs);
    // Only the abort ends the sleep early, and then the loop ends, too.
    await sleep(deps.clock, pauseMs, signal).catch(() => {});
  }
}

function mayBeEvicted({ metadata, spec, status }: Live<Pod>): boolean {
  const hasEnded = status.phase === "Succeeded" || status.phase === "Failed";
  const isCritical = (spec.priority ?? 0) >= criticalPriority;
  return !hasEnded && !isCritical && metadata.deletionTimestamp === undefined;
}

async function look(deps: SizeLimitsDeps, pod: Live<Pod>, signal: AbortSignal): Promise<void> {
  const directories = deps.directoriesOf(pod);
  if (directories.length === 0) return;
  try {
    const paths = directories.map(({ path }) => path);
    const message = findExcess(directories, await measure(deps, paths, signal));
    if (message !== undefined) deps.evict(pod, message);
  } catch (error) {
    // The catch site of this loop: what could not be measured now is measured the next time.
    if (signal.aborted) return;
    deps.log.error("measuring volumes", error, { pod: pod.metadata.name });
  }
}

/** The message of the first directory that is too large, in upstream's words with its last blank. */
export function findExcess(
  directories: readonly LimitedDirectory[],
  usedBytes: ReadonlyMap<string, number>,
): string | undefined {
  const excess = directories.find(
    ({ path, sizeLimit }) => (usedBytes.get(path) ?? 0) > quantityUnits(parseQuantity(sizeLimit)),
  );
  if (excess === undefined) return undefined;
  const { volume, sizeLimit } = excess;
  return `Usage of EmptyDir volume "${volume}" exceeds the limit "${sizeLimit}". `;
}

/** Bytes on disk by directory; one that is not there, or goes meanwhile, is left out. */
async function measure(
  { processes }: SizeLimitsDeps,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const words = ["--summarize", "--one-file-system", "--block-size=1", "--", ...paths];
  // It fails when a file went while it looked, and has still counted the others.
  const { stdout } = await processes.run("du", words, { signal });
  const lines = stdout.split("\n").map((line) => /^(\d+)\t(.+)$/.exec(line));
  return new Map(
    lines.flatMap((match) => {
      const [, bytes, path] = match ?? [];
      return bytes === undefined || path === undefined ? [] : [[path, Number(bytes)] as const];
    }),
  );
}
