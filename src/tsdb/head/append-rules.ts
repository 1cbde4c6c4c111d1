import type { AppendRefusal } from "#series";

/** What an appender knew when it was opened; it judges all its samples by that. */
export interface AppendWindow {
  /** In-order samples before it are in blocks already, or may be any moment. */
  readonly minValidMs: number;
  /** The newest sample of the head. */
  readonly headMaxMs: number;
  /** How far behind `headMaxMs` samples may be that come out of order; 0 is not at all. */
  readonly outOfOrderWindowMs: number;
}

export type Verdict =
  | "in order"
  | "out of order accepted"
  /** The last sample once more: accepted, and nothing is done. */
  | "repeated"
  | AppendRefusal;

/** The last sample of a series in order, as far as the rules ask. */
export interface LastSample {
  /** −Infinity when the head has no open chunk of the series. */
  readonly timestampMs: number;
  readonly isEqual: boolean;
}

/**
 * Whether a series takes a sample, by upstream's rules: newer than the last one is in order; the same
 * time again is fine only with the same value, bit by bit; what is older needs the out-of-order window.
 */
export function judgeSample(timestampMs: number, last: LastSample, window: AppendWindow): Verdict {
  if (timestampMs >= window.minValidMs) {
    if (timestampMs > last.timestampMs) return "in order";
    if (timestampMs === last.timestampMs) {
      return last.isEqual ? "repeated" : "duplicate timestamp";
    }
  }
  if (window.outOfOrderWindowMs > 0) {
    const oldestMs = window.headMaxMs - window.outOfOrderWindowMs;
    return timestampMs >= oldestMs ? "out of order accepted" : "too old";
  }
  return timestampMs < window.minValidMs ? "out of bounds" : "out of order";
}
