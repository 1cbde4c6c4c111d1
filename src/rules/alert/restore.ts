/** The `for` of alerts goes on after a restart, as if the program had been paused. */
export interface RestoreTiming {
  readonly forMs: number;
  /** For how long a restored alert stays pending at least. */
  readonly gracePeriodMs: number;
  readonly nowMs: number;
}

/** The last sample that an alert left behind. */
export interface StoredForState {
  readonly timestampMs: number;
  /** When it became active, in seconds since the epoch. */
  readonly activeAtSeconds: number;
}

/** Since when the alert counts as active now. */
export function restoredActiveAtMs(stored: StoredForState, timing: RestoreTiming): number {
  const downAtMs = Math.trunc(stored.timestampMs / 1000) * 1000;
  const activeAtMs = Math.trunc(stored.activeAtSeconds) * 1000;
  const remainingMs = timing.forMs - (downAtMs - activeAtMs);
  // It was firing when the program went down, and fires at its next evaluation.
  if (remainingMs <= 0) return activeAtMs;
  if (remainingMs < timing.gracePeriodMs) {
    return timing.nowMs + timing.gracePeriodMs - timing.forMs;
  }
  return activeAtMs + (timing.nowMs - downAtMs);
}
