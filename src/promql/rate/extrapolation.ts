import type { Window } from "../evaluation/window.ts";

/** What of a window's samples decides how far their change reaches. */
export interface SampledInterval {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  /** When the counter began, where that is inside the window and before the first sample; else NaN. */
  readonly beganMs: number;
  /** Seconds from the first sample back to where the counter would have been zero. */
  readonly secondsToZero: number;
}

/**
 * By how much the change between the first and the last sample is to be multiplied to cover the whole
 * window. Samples are taken to go on to a border unless it is further away than 1.1 times their usual
 * distance: then by half of that. A counter is not extended below zero, nor before its known start.
 */
export function extrapolationFactor(window: Window, interval: SampledInterval): number {
  const { firstMs, lastMs, count, beganMs, secondsToZero } = interval;
  const hasBegan = beganMs === beganMs;
  const sampledSeconds = (lastMs - (hasBegan ? beganMs : firstMs)) / 1000;
  if (sampledSeconds === 0) return 1;
  const betweenSeconds = count > 1 ? (lastMs - firstMs) / 1000 / (count - 1) : 0;
  const farSeconds = betweenSeconds * 1.1;
  let toStartSeconds = 0;
  if (!hasBegan) {
    toStartSeconds = (firstMs - window.startMs) / 1000;
    if (toStartSeconds >= farSeconds) toStartSeconds = betweenSeconds / 2;
    if (secondsToZero < toStartSeconds) toStartSeconds = secondsToZero;
  }
  let toEndSeconds = (window.endMs - lastMs) / 1000;
  if (toEndSeconds >= farSeconds) toEndSeconds = betweenSeconds / 2;
  return (sampledSeconds + toStartSeconds + toEndSeconds) / sampledSeconds;
}

/** When the counter began: the start time of the window's first sample, if it says anything; else NaN. */
export function beganMsOf(window: Window, startMs: number, firstMs: number): number {
  return startMs !== 0 && startMs > window.startMs && startMs < firstMs ? startMs : Number.NaN;
}
