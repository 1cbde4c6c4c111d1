import { formatFloat } from "#base";
import type { Window } from "../evaluation/window.ts";
import { noteIgnoredHistograms } from "../evaluation/window-notes.ts";
import { defineRangeFunction } from "../function-definition.ts";
import { carriedError } from "../kahan.ts";
import { evaluationFailed } from "../query-error.ts";

/** `deriv(v[d])`: the slope of the line through the floats, per second. */
export const deriv = defineRangeFunction({
  name: "deriv",
  evaluate(window) {
    if (!hasTrend(window)) return;
    // Times near zero keep the sums exact.
    const originMs = window.samples.floatTimesMs[window.floatFrom] ?? 0;
    window.emit(fitLine(window, originMs).slope);
  },
});

/** `predict_linear(v[d], t)`: where the line through the floats will be in `t` seconds. */
export const predictLinear = defineRangeFunction({
  name: "predict_linear",
  evaluate(window) {
    if (!hasTrend(window)) return;
    const { slope, intercept } = fitLine(window, window.timeMs);
    window.emit(slope * window.argument(0) + intercept);
  },
});

/** `double_exponential_smoothing(v[d], sf, tf)`: Holt's linear trend; newer floats weigh more. */
export const doubleExponentialSmoothing = defineRangeFunction({
  name: "double_exponential_smoothing",
  evaluate(window) {
    const factor = window.argument(0);
    const trendFactor = window.argument(1);
    refuseFactor("smoothing", "sf", factor);
    refuseFactor("trend", "tf", trendFactor);
    if (!hasTrend(window)) return;
    window.emit(smooth(window, factor, trendFactor));
  },
});

/** Whether there are two floats, which any line needs. */
function hasTrend(window: Window): boolean {
  if (window.floatCount > 0) noteIgnoredHistograms(window);
  return window.floatCount > 1;
}

interface Line {
  readonly slope: number;
  /** The value at the origin. */
  readonly intercept: number;
}

/** Least squares. */
function fitLine(window: Window, originMs: number): Line {
  const { floats, floatTimesMs } = window.samples;
  const { floatFrom, floatTo } = window;
  const first = floats[floatFrom] ?? 0;
  if (isConstant(floats, floatFrom, floatTo)) {
    const isInfinite = Math.abs(first) === Number.POSITIVE_INFINITY;
    return isInfinite
      ? { slope: Number.NaN, intercept: Number.NaN }
      : { slope: 0, intercept: first };
  }
  let [sumX, sumXError, sumY, sumYError] = [0, 0, 0, 0];
  let [sumXY, sumXYError, sumXX, sumXXError] = [0, 0, 0, 0];
  for (let row = floatFrom; row < floatTo; row++) {
    const x = ((floatTimesMs[row] ?? 0) - originMs) / 1000;
    const y = floats[row] ?? 0;
    const xy = x * y;
    const totalX = sumX + x;
    sumXError = carriedError(sumXError, sumX, x, totalX);
    sumX = totalX;
    const totalY = sumY + y;
    sumYError = carriedError(sumYError, sumY, y, totalY);
    sumY = totalY;
    const totalXY = sumXY + xy;
    sumXYError = carriedError(sumXYError, sumXY, xy, totalXY);
    sumXY = totalXY;
    const totalXX = sumXX + x * x;
    sumXXError = carriedError(sumXXError, sumXX, x * x, totalXX);
    sumXX = totalXX;
  }
  const count = floatTo - floatFrom;
  sumX += sumXError;
  sumY += sumYError;
  const covariance = sumXY + sumXYError - (sumX * sumY) / count;
  const variance = sumXX + sumXXError - (sumX * sumX) / count;
  const slope = covariance / variance;
  return { slope, intercept: sumY / count - (slope * sumX) / count };
}

function isConstant(floats: Float64Array, from: number, to: number): boolean {
  const first = floats[from] ?? 0;
  for (let row = from + 1; row < to; row++) {
    if (floats[row] !== first) return false;
  }
  return true;
}

function refuseFactor(what: string, symbol: string, factor: number): void {
  if (factor > 0 && factor < 1) return;
  if (Number.isNaN(factor)) return;
  const got = Number.isFinite(factor) ? factor.toFixed(6) : formatFloat(factor, "f");
  throw evaluationFailed(`invalid ${what} factor. Expected: 0 < ${symbol} < 1, got: ${got}`);
}

function smooth(window: Window, factor: number, trendFactor: number): number {
  const { floats } = window.samples;
  const first = floats[window.floatFrom] ?? 0;
  let before = 0;
  let smoothed = first;
  let trend = (floats[window.floatFrom + 1] ?? 0) - first;
  for (let row = window.floatFrom + 1; row < window.floatTo; row++) {
    if (row > window.floatFrom + 1) {
      trend = trendFactor * (smoothed - before) + (1 - trendFactor) * trend;
    }
    const next = factor * (floats[row] ?? 0) + (1 - factor) * (smoothed + trend);
    before = smoothed;
    smoothed = next;
  }
  return smoothed;
}
