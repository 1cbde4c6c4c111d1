import {
  counterResetCollision,
  mismatchedCustomBuckets,
  mixedBucketSchemas,
} from "../annotation-texts.ts";
import { HistogramFold } from "./histogram-fold.ts";
import type { Window } from "./window.ts";

/** Emits the sum or the mean of the window's histograms. */
export function emitHistogramFold(window: Window, result: "sum" | "mean"): void {
  const { metricName } = window;
  const { span } = window.call;
  const fold = new HistogramFold(window.histogramAt(window.histogramFrom), result);
  for (let row = window.histogramFrom + 1; row < window.histogramTo; row++) {
    fold.add(window.histogramAt(row));
    if (!fold.isIncompatible) continue;
    window.annotate(mixedBucketSchemas(metricName, span));
    return;
  }
  if (fold.hasResetCollision) window.annotate(counterResetCollision("aggregation", span));
  if (fold.hasReconciledBounds) window.annotate(mismatchedCustomBuckets("aggregation", span));
  window.emitHistogram(fold.total());
}
