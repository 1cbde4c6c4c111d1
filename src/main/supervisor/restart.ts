const delayMsMin = 250;
/** A part that cannot run may be mended at any time, and nobody should wait long for it then. */
const delayMsMax = 10_000;

/** A part that ran this long has recovered: its next death counts as the first. */
const settledMs = 60_000;

export interface Lives {
  /** Deaths since the part last ran for a while. */
  readonly deathCount: number;
  /** How long to wait before the next start. */
  readonly delayMs: number;
}

/** Decides after a death how long to wait: at once at first, doubling while it keeps dying. */
export function planRestart(before: Lives, ranMs: number): Lives {
  const deathCount = ranMs >= settledMs ? 1 : before.deathCount + 1;
  return { deathCount, delayMs: Math.min(delayMsMax, delayMsMin * 2 ** (deathCount - 1)) };
}

export const firstLife: Lives = { deathCount: 0, delayMs: 0 };
