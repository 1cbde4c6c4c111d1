/** How long the store keeps what objects used to be: a day, or less when it grows large. */
import { type Clock, type Logger, sleep } from "#base";
import type { EmbeddedStore } from "#store";

const minuteMs = 60_000;
const lookEveryMs = minuteMs;

export interface HistoryWindow {
  readonly keptMs: number;
  /** A store that holds more than this keeps only `keptMsMin`. */
  readonly bytesMax: number;
  /** Upstream's: a client that reads page by page has this long between two pages. */
  readonly keptMsMin: number;
}

export const historyDefaults: HistoryWindow = {
  keptMs: 24 * 60 * minuteMs,
  bytesMax: 1024 ** 3,
  keptMsMin: 5 * minuteMs,
};

/** The store's revision at a time of the clock's `elapsedMs`. */
export interface Mark {
  readonly atMs: number;
  readonly revision: number;
}

/** The newest revision that everybody may forget; undefined when nothing is old enough. */
export function planCompaction(
  marks: readonly Mark[],
  now: { readonly atMs: number; readonly bytes: number },
  window: HistoryWindow,
): number | undefined {
  const keptMs = now.bytes > window.bytesMax ? window.keptMsMin : window.keptMs;
  return marks.findLast((mark) => mark.atMs <= now.atMs - keptMs)?.revision;
}

/** Forgets old revisions as time goes by, until the signal aborts. */
export async function keepHistory(
  deps: { readonly store: EmbeddedStore; readonly clock: Clock; readonly logger: Logger },
  window: HistoryWindow,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, logger } = deps;
  let marks: readonly Mark[] = [];
  while (true) {
    await sleep(clock, lookEveryMs, signal);
    const { revision, bytesInUse, compactRevision } = store.facts;
    const now = { atMs: clock.elapsedMs(), bytes: bytesInUse };
    marks = [
      ...marks.filter((mark) => mark.atMs > now.atMs - window.keptMs - 2 * lookEveryMs),
      { atMs: now.atMs, revision },
    ];
    const target = planCompaction(marks, now, window);
    if (target === undefined || target <= compactRevision) continue;
    await store.compact(target);
    logger.info("forgot old revisions", { upTo: target, bytes: store.facts.bytesInUse });
  }
}
