/**
 * Range queries over a day of samples every 10 s, in the shape of upstream's `BenchmarkRangeQuery`:
 * metrics `a_X` and `b_X` of X series and classic histograms `h_X` of 11 buckets each, X being one,
 * ten and a hundred; each expression over 1, 100 and 1,000 steps. Samples come from memory, so that
 * this is the engine's own time. One line of JSON for each case: milliseconds, the fastest of several.
 *
 *   node benchmarks/promql.ts [expression contains] [milliseconds for each case] [steps]
 */
import { realClock } from "#host";
import { createEngine, parseExpr } from "#promql";
import {
  compareLabels,
  type LabelMatcher,
  type Labels,
  labelsOf,
  labelValue,
  type Querier,
  type Queryable,
  type SeriesSource,
} from "#series";

const stepMs = 10_000;
const intervalCount = 8_640 + 10_000;
const wanted = process.argv[2] ?? "";
const caseMs = Number(process.argv[3] ?? 300);
const onlySteps = Number(process.argv[4] ?? 0);

const shapes: readonly string[] = [
  "a_X",
  "rate(a_X[1m])",
  "rate(sparse[1m])",
  "rate(a_X[1m] smoothed)",
  "double_exponential_smoothing(a_X[1d], 0.3, 0.3)",
  "changes(a_X[1d])",
  "rate(a_X[1d])",
  "absent_over_time(a_X[1d])",
  "avg_over_time(a_X[1d])",
  "max_over_time(a_X[1d])",
  "quantile_over_time(0.9, a_X[1h])",
  "-a_X",
  "a_X - b_X",
  "a_X and b_X{l=~'.*[0-4]$'}",
  "a_X or b_X{l=~'.*[0-4]$'}",
  "a_X unless b_X{l=~'.*[0-4]$'}",
  "a_X and b_X{l='notfound'}",
  "abs(a_X)",
  "label_replace(a_X, 'l2', '$1', 'l', '(.*)')",
  "label_join(a_X, 'l2', '-', 'l', 'l')",
  "sum(a_X)",
  "avg(a_X)",
  "sum without (l)(h_X)",
  "sum without (le)(h_X)",
  "sum by (l)(h_X)",
  "sum by (le)(h_X)",
  "count_values('value', h_X)",
  "topk(1, a_X)",
  "topk(5, a_X)",
  "limitk(5, a_X)",
  "limit_ratio(0.5, a_X)",
  "quantile(0.9, a_X)",
  "rate(a_X[1m]) + rate(b_X[1m])",
  "sum without (l)(rate(a_X[1m]))",
  "sum without (l)(rate(a_X[1m])) / sum without (l)(rate(b_X[1m]))",
  "histogram_quantile(0.9, rate(h_X[5m]))",
  "a_X + on(l) group_right a_one",
  'count({__name__!=""})',
  'count({__name__!="",l=""})',
  "timestamp(a_X)",
  "sum_over_time(rate(a_X[1m])[1h:1m])",
];

const syntax = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  binopFillModifiers: true,
};
const engine = createEngine({ clock: realClock }, { syntax });
const storage = storedSeries();
const { signal } = new AbortController();
const endMs = (intervalCount - 1) * stepMs;

const queries = shapes.flatMap((shape) =>
  shape.includes("X") ? ["one", "hundred"].map((size) => shape.replaceAll("X", size)) : [shape],
);
const stepCounts = [1, 100, 1_000].filter((steps) => onlySteps === 0 || steps === onlySteps);
for (const query of queries.filter((text) => text.includes(wanted))) {
  for (const steps of stepCounts) report(query, steps, await measure(query, steps));
}

async function measure(query: string, steps: number): Promise<number> {
  const expr = { text: query, expr: parseExpr(query, syntax) };
  const times = { startMs: endMs - (steps - 1) * stepMs, endMs, stepMs };
  let fastest = Number.POSITIVE_INFINITY;
  const stopAt = performance.now() + caseMs;
  do {
    const startedAt = performance.now();
    await engine.range(expr, times, storage, signal);
    fastest = Math.min(fastest, performance.now() - startedAt);
  } while (performance.now() < stopAt);
  return fastest;
}

function report(query: string, steps: number, ms: number): void {
  console.log(JSON.stringify({ query, steps, ms: Number(ms.toPrecision(3)) }));
}

/** All series have the same sample times, which are kept once. */
function storedSeries(): Queryable {
  const timesMs = Float64Array.from({ length: intervalCount }, (_, index) => index * stepMs);
  const labels = allLabels();
  const sources = labels.map((each, index) => {
    const offset = index / labels.length;
    const values = Float64Array.from(timesMs, (_, row) => row + offset);
    return sourceOf(each, timesMs, values);
  });
  const perSparse = intervalCount / 50;
  for (let part = 0; part < 50; part++) {
    const times = timesMs.subarray(Math.ceil(part * perSparse), Math.ceil((part + 1) * perSparse));
    const values = times.map((timeMs) => timeMs / stepMs / labels.length);
    sources.push(sourceOf(seriesLabels("sparse", { l: String(part) }), times, values));
  }
  sources.sort((left, right) => compareLabels(left.labels, right.labels));
  return { querier: async () => querierOf(sources) };
}

function allLabels(): readonly Labels[] {
  const bounds = [...Array(10).keys(), "+Inf"].map(String);
  const histogram = (name: string, more: Record<string, string>) =>
    bounds.map((le) => seriesLabels(name, { ...more, le }));
  const labels = [seriesLabels("a_one", {}), seriesLabels("b_one", {}), ...histogram("h_one", {})];
  for (const [size, count] of [["ten", 10] as const, ["hundred", 100] as const]) {
    for (let index = 0; index < count; index++) {
      const l = String(index);
      labels.push(seriesLabels(`a_${size}`, { l }), seriesLabels(`b_${size}`, { l }));
      labels.push(...histogram(`h_${size}`, { l }));
    }
  }
  return labels;
}

function seriesLabels(name: string, more: Record<string, string>): Labels {
  return labelsOf([["__name__", name], ...Object.entries(more)]);
}

function sourceOf(labels: Labels, timesMs: Float64Array, values: Float64Array): SeriesSource {
  const firstMs = timesMs[0] ?? 0;
  return {
    labels,
    read(buffer, minMs, maxMs) {
      const from = Math.max(0, Math.ceil((minMs - firstMs) / stepMs));
      const to = Math.min(timesMs.length, Math.floor((maxMs - firstMs) / stepMs) + 1);
      if (to <= from) return;
      buffer.reserve(to - from);
      buffer.timestampsMs.set(timesMs.subarray(from, to), buffer.count);
      buffer.values.set(values.subarray(from, to), buffer.count);
      buffer.count += to - from;
    },
  };
}

function querierOf(sources: readonly SeriesSource[]): Querier {
  return {
    select: async (matchers) => sources.filter(({ labels }) => fits(labels, matchers)),
    labelNames: async () => [],
    warnings: [],
    labelValues: async () => [],
    async [Symbol.asyncDispose]() {},
  };
}

function fits(labels: Labels, matchers: readonly LabelMatcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name)));
}
