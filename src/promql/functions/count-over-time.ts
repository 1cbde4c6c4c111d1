import { defineRangeFunction } from "../function-definition.ts";

/** `count_over_time(v[d])`: how many samples the window has. */
export const countOverTime = defineRangeFunction({
  name: "count_over_time",
  evaluate: (window) => window.emit(window.floatCount + window.histogramCount),
});

/** `present_over_time(v[d])`: 1 where the window has any sample. */
export const presentOverTime = defineRangeFunction({
  name: "present_over_time",
  evaluate: (window) => window.emit(1),
});
