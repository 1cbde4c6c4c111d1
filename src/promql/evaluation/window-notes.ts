import { histogramsIgnoredInRange } from "../annotation-texts.ts";
import type { Window } from "./window.ts";

/** Points out that the window's histograms are left out of a function of floats. */
export function noteIgnoredHistograms(window: Window): void {
  if (window.histogramCount === 0) return;
  window.annotate(histogramsIgnoredInRange(window.metricName, window.call.span));
}
