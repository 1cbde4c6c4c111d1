import { formatFloat } from "#base";
import {
  type HistogramEstimate,
  histogramFraction as fractionOf,
  histogramQuantile as quantileOf,
  type Labels,
  setLabel,
} from "#series";
import {
  forcedMonotonicity,
  fractionWithoutNaN,
  invalidQuantile,
  quantileOfNaN,
  quantileSkewedByNaN,
} from "../annotation-texts.ts";
import { absent, Column, histogram } from "../evaluation/column.ts";
import { dropMetricName } from "../evaluation/metric-name.ts";
import type { Scope } from "../evaluation/scope.ts";
import { defineVectorFunction } from "../function-definition.ts";
import {
  type ClassicSeries,
  loadBuckets,
  separateHistograms,
  shownName,
} from "../histogram-series.ts";
import type { CallPlan } from "../plan/plan.ts";
import type { Span } from "../syntax/ast.ts";

/** `histogram_quantile(q, v)`: of classic and native histograms. */
export const histogramQuantile = defineVectorFunction({
  name: "histogram_quantile",
  vectorIndex: 1,
  evaluate(columns, { plan, scope, args }) {
    const [quantiles = noValues] = args;
    const span = spanOf(plan, 1);
    noteInvalid(quantiles, spanOf(plan, 0), scope);
    const series = separateHistograms(columns, scope, span);
    const place = { scope, span };
    return [
      ...series.native.flatMap((column) => nativeQuantiles(column, quantiles, place)),
      ...series.classic.flatMap((each) => classicQuantiles(each, quantiles, place)),
    ];
  },
});

/** `histogram_quantiles(v, label, q, …)`: several quantiles at once, told apart by a label. */
export const histogramQuantiles = defineVectorFunction({
  name: "histogram_quantiles",
  vectorIndex: 0,
  evaluate(columns, { plan, scope, args }) {
    const span = spanOf(plan, 0);
    for (const [index, quantiles] of args.entries()) {
      noteInvalid(quantiles, spanOf(plan, index + 2), scope);
    }
    const series = separateHistograms(columns, scope, span);
    const place = { scope, span };
    const label = plan.args[1]?.kind === "string" ? plan.args[1].value : "";
    return args.flatMap((quantiles) =>
      [
        ...series.native.flatMap((column) => nativeQuantiles(column, quantiles, place)),
        ...series.classic.flatMap((each) => classicQuantiles(each, quantiles, place)),
      ].flatMap((column) => labelled(column, label, quantiles)),
    );
  },
});

/** `histogram_fraction(lower, upper, v)`: the share of the observations between two values. */
export const histogramFraction = defineVectorFunction({
  name: "histogram_fraction",
  vectorIndex: 2,
  evaluate(columns, { plan, scope, args }) {
    const [lowers = noValues, uppers = noValues] = args;
    const span = spanOf(plan, 2);
    const series = separateHistograms(columns, scope, span);
    const ofNative = series.native.flatMap((column) =>
      nativeResult(column, scope, (value, step) => {
        const result = fractionOf(lowers[step] ?? 0, uppers[step] ?? 0, value);
        if (result.nanEffect !== "none") {
          scope.annotations.add(fractionWithoutNaN(shownName(column.labels, scope), span));
        }
        return result.value;
      }),
    );
    const ofClassic = series.classic.flatMap((each) =>
      classicResult(each, scope, (step) =>
        each.step.fraction(lowers[step] ?? 0, uppers[step] ?? 0),
      ),
    );
    return [...ofNative, ...ofClassic];
  },
});

const noValues = new Float64Array(0);

function spanOf(plan: CallPlan, index: number): Span {
  return plan.args[index]?.span ?? plan.span;
}

function noteInvalid(quantiles: Float64Array, span: Span, scope: Scope): void {
  for (const quantile of quantiles) {
    if (!(quantile >= 0 && quantile <= 1)) {
      scope.annotations.add(invalidQuantile(quantile, span));
    }
  }
}

interface Place {
  readonly scope: Scope;
  readonly span: Span;
}

function nativeQuantiles(column: Column, quantiles: Float64Array, place: Place): readonly Column[] {
  const { scope, span } = place;
  return nativeResult(column, scope, (value, step) => {
    const result: HistogramEstimate = quantileOf(quantiles[step] ?? 0, value);
    const name = shownName(column.labels, scope);
    if (result.nanEffect === "unknown") scope.annotations.add(quantileOfNaN(name, span));
    if (result.nanEffect === "skewed") scope.annotations.add(quantileSkewedByNaN(name, span));
    return result.value;
  });
}

function classicQuantiles(
  series: ClassicSeries,
  quantiles: Float64Array,
  place: Place,
): readonly Column[] {
  const { scope, span } = place;
  const { startMs, stepMs } = scope.grid;
  return classicResult(series, scope, (step) => {
    const value = series.step.quantile(quantiles[step] ?? 0);
    const { forced } = series.step;
    if (forced !== undefined) {
      const name = shownName(series.labels, scope);
      scope.annotations.add(forcedMonotonicity(name, forced, startMs + step * stepMs, span));
    }
    return value;
  });
}

function nativeResult(
  column: Column,
  scope: Scope,
  evaluate: (value: Parameters<typeof quantileOf>[1], step: number) => number,
): readonly Column[] {
  const result = resultColumn(column.labels, scope);
  for (let step = 0; step < column.kinds.length; step++) {
    const value = column.kinds[step] === histogram ? column.histograms?.[step] : undefined;
    if (value !== undefined) result.setFloat(step, evaluate(value, step));
  }
  return result.isEmpty ? [] : [result];
}

function classicResult(
  series: ClassicSeries,
  scope: Scope,
  evaluate: (step: number) => number,
): readonly Column[] {
  const result = resultColumn(series.labels, scope);
  for (let step = 0; step < scope.grid.count; step++) {
    if (loadBuckets(series, step)) result.setFloat(step, evaluate(step));
  }
  return result.isEmpty ? [] : [result];
}

function resultColumn(labels: Labels, scope: Scope): Column {
  const column = scope.columns.take(scope.removesNames ? dropMetricName(labels) : labels);
  column.dropsName = true;
  return column;
}

/** The column with its quantile as a label: several where that changes from step to step. */
function labelled(column: Column, label: string, quantiles: Float64Array): readonly Column[] {
  return [...new Set(quantiles)].map((quantile) => {
    const part = new Column(
      setLabel(column.labels, label, formatQuantile(quantile)),
      column.kinds.length,
    );
    part.dropsName = true;
    for (const [step, ofStep] of quantiles.entries()) {
      if (Object.is(ofStep, quantile) && column.kinds[step] !== absent) {
        part.setFloat(step, column.values[step] ?? 0);
      }
    }
    return part;
  });
}

/** As OpenMetrics writes floats: never like an integer. */
function formatQuantile(quantile: number): string {
  const text = formatFloat(quantile, "g");
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
