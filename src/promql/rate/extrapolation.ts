import type { Window } from "../evaluation/window.ts";

/**
 * What of a window's samples decides how far their change reaches; and the factor that follows. One
 * object serves all steps.
 */
export class Extrapolation {
  firstMs = 0;
  lastMs = 0;
  count = 0;
  /** When the counter began, where that is inside the window and before the first sample; else NaN. */
  beganMs = Number.NaN;
  /** Seconds from the first sample back to where the counter would have been zero. */
  secondsToZero = Number.POSITIVE_INFINITY;

  /** The window's first and last sample, of rows `[from, to)`; nothing is known about a counter yet. */
  setEnds(timesMs: Float64Array, from: number, to: number): void {
    this.firstMs = timesMs[from] ?? 0;
    this.lastMs = timesMs[to - 1] ?? 0;
    this.count = to - from;
    this.beganMs = Number.NaN;
    this.secondsToZero = Number.POSITIVE_INFINITY;
  }

  /** Takes the start time of the window's first sample, if it says anything. */
  setStart(startMs: number, window: Window): void {
    const isInside = startMs !== 0 && startMs > window.startMs && startMs < this.firstMs;
    this.beganMs = isInside ? startMs : Number.NaN;
  }

  get hasBegan(): boolean {
    return this.beganMs === this.beganMs;
  }

  /** Takes the counter's first value and its rise, which say when it would have been zero. */
  setZero(first: number, rise: number): void {
    if (rise > 0 && first >= 0) {
      this.secondsToZero = ((this.lastMs - this.firstMs) / 1000) * (first / rise);
    }
  }

  /**
   * By how much the change between the samples is to be multiplied to cover the whole window. They
   * are taken to go on to a border unless it is further away than 1.1 times their usual distance:
   * then by half of that. A counter is not extended below zero, nor before its known start.
   */
  factor(window: Window): number {
    const { firstMs, lastMs } = this;
    const sampledSeconds = (lastMs - (this.hasBegan ? this.beganMs : firstMs)) / 1000;
    if (sampledSeconds === 0) return 1;
    const betweenSeconds = this.count > 1 ? (lastMs - firstMs) / 1000 / (this.count - 1) : 0;
    const farSeconds = betweenSeconds * 1.1;
    let toStartSeconds = 0;
    if (!this.hasBegan) {
      toStartSeconds = (firstMs - window.startMs) / 1000;
      if (toStartSeconds >= farSeconds) toStartSeconds = betweenSeconds / 2;
      if (this.secondsToZero < toStartSeconds) toStartSeconds = this.secondsToZero;
    }
    let toEndSeconds = (window.endMs - lastMs) / 1000;
    if (toEndSeconds >= farSeconds) toEndSeconds = betweenSeconds / 2;
    return (sampledSeconds + toStartSeconds + toEndSeconds) / sampledSeconds;
  }
}
