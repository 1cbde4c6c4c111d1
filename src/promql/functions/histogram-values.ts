import { type Histogram, histogramAverage, histogramVariance } from "#series";
import { absent, histogram } from "../evaluation/column.ts";
import { type ColumnFunction, defineColumnFunction } from "../function-definition.ts";

/** What the functions read off a native histogram. */
const readings: Readonly<Record<string, (value: Histogram) => number>> = {
  histogram_avg: histogramAverage,
  histogram_count: (value) => value.count,
  histogram_stddev: (value) => Math.sqrt(histogramVariance(value)),
  histogram_stdvar: histogramVariance,
  histogram_sum: (value) => value.sum,
};

/** `histogram_avg(v)`, … `histogram_sum(v)`; floats are left out. */
export const histogramValueFunctions: readonly ColumnFunction[] = Object.entries(readings).map(
  ([name, read]) =>
    defineColumnFunction({
      name,
      vectorIndex: 0,
      transform(column) {
        for (let step = 0; step < column.kinds.length; step++) {
          const value = column.kinds[step] === histogram ? column.histograms?.[step] : undefined;
          if (value === undefined) column.kinds[step] = absent;
          else column.setFloat(step, read(value));
        }
      },
    }),
);
