/** Queries of everything that Prometheus 2.42 and 3.x both know, over the generated series. */
import assert from "node:assert/strict";
import { integerBelow, type Random } from "#base";

export interface GeneratedQueries {
  readonly list: readonly string[];
  /** How many functions, operators and forms of them occur, each at least once. */
  readonly constructCount: number;
}

/**
 * One query of every construct, then nested ones of random constructs until there are `count`.
 * Durations are whole multiples of 5 s, so that evaluations off that grid meet no border.
 */
export function generateQueries(random: Random, count: number): GeneratedQueries {
  const rows = Object.entries(constructs);
  const queries = new Set(rows.map(([, write]) => write(new QueryWriter(random, 1))));
  while (queries.size < count) {
    const [, write] = pick(random, rows);
    queries.add(write(new QueryWriter(random, 3)));
  }
  return { list: [...queries], constructCount: rows.length };
}

/** Writes operands: selectors at depth 1, expressions over expressions above. */
class QueryWriter {
  readonly #random: Random;
  readonly #depth: number;

  constructor(random: Random, depth: number) {
    this.#random = random;
    this.#depth = depth;
  }

  one<T>(list: readonly T[]): T {
    return pick(this.#random, list);
  }

  /** An instant vector. */
  vector(): string {
    if (this.#depth <= 1 || this.#random.fraction() < 0.4) return this.selector();
    const deeper = new QueryWriter(this.#random, this.#depth - 1);
    return `(${this.one(nested)(deeper)})`;
  }

  selector(): string {
    return `${this.one(selectors)}${this.#time()}`;
  }

  /** A range vector: of a selector, or of a subquery. */
  range(): string {
    if (this.#random.fraction() < 0.75) {
      return `${this.one(selectors)}[${this.duration()}]${this.#time()}`;
    }
    const step = this.one(["", "20s", "30s", "1m"]);
    return `${this.vector()}[${this.one(["3m", "5m", "10m"])}:${step}]${this.#time()}`;
  }

  counter(): string {
    return `${this.one(counters)}[${this.duration()}]`;
  }

  duration(): string {
    return this.one(["40s", "1m", "95s", "2m30s", "5m", "10m"]);
  }

  /** A scalar that is neither so large nor so small that differences cancel. */
  scalar(): string {
    return this.one([
      "2",
      "0.5",
      "-3",
      "10",
      "1e3",
      "pi()",
      "scalar(build_info)",
      "0",
      "NaN",
      "Inf",
    ]);
  }

  number(): string {
    return this.one(["2", "0.5", "7", "-3", "40"]);
  }

  grouping(): string {
    return this.one([
      "",
      "by (job) ",
      "by (job, code) ",
      "without (instance) ",
      "by () ",
      "by (nosuch) ",
    ]);
  }

  #time(): string {
    return this.one([
      "",
      "",
      "",
      "",
      " offset 1m",
      " offset -2m",
      " @ start()",
      " @ end() offset 5m",
    ]);
  }
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[integerBelow(random, list.length)] as T;
}

const counters = [
  "requests_total",
  'requests_total{code="200"}',
  'requests_total{code!="200",job="api"}',
  "latency_seconds_count",
  "latency_seconds_sum",
];

const selectors = [
  ...counters,
  "memory_bytes",
  'memory_bytes{instance=~"[ab]:80"}',
  'memory_bytes{instance!~"[ab].*"}',
  'memory_bytes{job="nosuch"}',
  'memory_bytes{nosuch=""}',
  "temperature_celsius",
  'temperature_celsius{room=~"attic|cellar"}',
  '{__name__=~"temperature_.*",room!=""}',
  "latency_seconds_bucket",
  "build_info",
  "start_time_seconds",
  "odd",
  "nosuch",
];

type Write = (writer: QueryWriter) => string;

const vectorFunctions =
  "abs absent acos acosh asin asinh atan atanh ceil cos cosh day_of_month day_of_week day_of_year " +
  "days_in_month deg exp floor histogram_count histogram_sum hour ln log10 log2 minute month rad " +
  "round scalar sgn sin sinh sort sort_desc sqrt tan tanh timestamp year";
const rangeFunctions =
  "absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate " +
  "last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time " +
  "stdvar_over_time sum_over_time";
const dateFunctions = "day_of_month day_of_week day_of_year days_in_month hour minute month year";
const aggregations = "sum avg count min max group stddev stdvar";
const operators = "+ - * / % ^ atan2 == != > < >= <=";
const comparisons = "== != > < >= <=";
const setOperators = "and or unless";

/** One row a construct. */
const constructs: Readonly<Record<string, Write>> = {
  ...rows(vectorFunctions, "()", (name) => (writer) => `${name}(${writer.vector()})`),
  ...rows(rangeFunctions, "()", (name) => (writer) => `${name}(${writer.range()})`),
  ...rows(
    "rate increase irate resets",
    "(counter)",
    (name) => (writer) => `${name}(${writer.counter()})`,
  ),
  ...rows(dateFunctions, "(now)", (name) => () => `${name}()`),
  ...rows(
    aggregations,
    " aggregation",
    (name) => (writer) => `${name} ${writer.grouping()}(${writer.vector()})`,
  ),
  ...rows(
    operators,
    " scalar",
    (name) => (writer) => operation(writer.vector(), name, writer.scalar()),
  ),
  ...rows(
    operators,
    " of scalar",
    (name) => (writer) => operation(writer.scalar(), name, writer.vector()),
  ),
  ...rows(
    operators,
    " vectors",
    (name) => (writer) => operation(writer.vector(), name, writer.vector()),
  ),
  ...rows(
    operators,
    " on",
    (name) => (writer) =>
      operation(
        writer.one(["requests_total", `rate(requests_total[${writer.duration()}])`]),
        `${name} on (job, instance) group_left ()`,
        writer.one(["memory_bytes", "memory_bytes offset 1m", "start_time_seconds"]),
      ),
  ),
  ...rows(
    operators,
    " ignoring",
    (name) => (writer) =>
      operation(
        writer.one(["build_info", "build_info * 3"]),
        `${name} ignoring (code, method, instance, version) group_right (version)`,
        writer.one([
          "requests_total",
          "memory_bytes",
          `increase(requests_total[${writer.duration()}])`,
        ]),
      ),
  ),
  ...rows(
    comparisons,
    " bool",
    (name) => (writer) =>
      `${writer.vector()} ${name} bool ${writer.one([writer.scalar(), writer.vector()])}`,
  ),
  ...rows(
    comparisons,
    " bool of scalars",
    (name) => (writer) => `${writer.scalar()} ${name} bool ${writer.scalar()}`,
  ),
  ...rows(setOperators, "", (name) => (writer) => `${writer.vector()} ${name} ${writer.vector()}`),
  ...rows(
    setOperators,
    " on",
    (name) => (writer) => `${writer.vector()} ${name} on (job) ${writer.vector()}`,
  ),
  ...rows(
    setOperators,
    " ignoring",
    (name) => (writer) => `${writer.vector()} ${name} ignoring (instance) ${writer.vector()}`,
  ),
  clamp: (writer) => `clamp(${writer.vector()}, ${writer.number()}, ${writer.number()})`,
  clamp_max: (writer) => `clamp_max(${writer.vector()}, ${writer.number()})`,
  clamp_min: (writer) => `clamp_min(${writer.vector()}, ${writer.scalar()})`,
  round: (writer) => `round(${writer.vector()}, ${writer.number()})`,
  histogram_quantile: (writer) =>
    `histogram_quantile(${writer.one(["0", "0.5", "0.9", "1", "2", "-1"])}, sum by (${writer.one(["le", "job, le"])}) (rate(latency_seconds_bucket[${writer.duration()}])))`,
  "histogram_quantile of anything": (writer) => `histogram_quantile(0.7, ${writer.vector()})`,
  "histogram_count of native": (writer) =>
    `histogram_count(rate(size_bytes[${writer.duration()}]))`,
  "histogram_sum of native": (writer) =>
    `histogram_sum(sum(increase(size_bytes[${writer.duration()}])))`,
  histogram_fraction: () => "histogram_fraction(0, Inf, size_bytes)",
  "count of native": () => "count by (job) (size_bytes)",
  holt_winters: (writer) =>
    `holt_winters(${writer.range()}, 0.${1 + Number(writer.one(["1", "5"]))}, 0.3)`,
  predict_linear: (writer) =>
    `predict_linear(${writer.range()}, ${writer.one(["60", "-30", "3600"])})`,
  quantile_over_time: (writer) =>
    `quantile_over_time(${writer.one(["0", "0.25", "0.5", "1", "3"])}, ${writer.range()})`,
  label_replace: (writer) =>
    `label_replace(${writer.vector()}, "${writer.one(["zone", "job", "instance"])}", "x-$1", "instance", "(.*):.*")`,
  label_join: (writer) =>
    `label_join(${writer.vector()}, "both", "-", "job", "instance", "nosuch")`,
  vector: (writer) => `vector(${writer.scalar()})`,
  time: (writer) => `${writer.vector()} - time()`,
  topk: (writer) =>
    `topk ${writer.grouping()}(${writer.one(["0", "1", "3", "100"])}, memory_bytes)`,
  bottomk: (writer) =>
    `bottomk ${writer.grouping()}(${writer.one(["1", "2"])}, temperature_celsius)`,
  quantile: (writer) =>
    `quantile ${writer.grouping()}(${writer.one(["0", "0.3", "1", "-2"])}, ${writer.vector()})`,
  count_values: (writer) => `count_values ${writer.grouping()}("value", round(${writer.vector()}))`,
  "unary minus": (writer) => `-${writer.vector()}`,
  "@ of a time": (writer) => `${writer.one(selectors)} @ {{time}}`,
  string: (writer) => writer.one(['"a\\tb"', "'c'", "`d`"]),
  "plain selector": (writer) => writer.selector(),
  "plain range": (writer) => `memory_bytes[${writer.duration()}]`,
  "refused types": (writer) =>
    writer.one([
      "rate(memory_bytes)",
      "sum(memory_bytes[5m])",
      "1 == 2",
      "abs()",
      "memory_bytes[5m] + 1",
    ]),
  "refused syntax": (writer) =>
    writer.one(["sum(", "memory_bytes{", "{}", '{job=~".*"}', "a b", "1 +", "memory_bytes[5m"]),
  "refused matching": () => "requests_total + on (job) memory_bytes",
};

/** Adding 0 drops the metric's name, which atan2 did not do by itself until 3.x. */
function operation(left: string, operator: string, right: string): string {
  const written = `${left} ${operator} ${right}`;
  return operator.startsWith("atan2") ? `0 + (${written})` : written;
}

/** What operands are made of: no scalars, strings or refusals, and nothing whose order matters. */
const nestedNames =
  "rate(), delta(), sum_over_time(), max_over_time(), abs(), floor(), sum aggregation, " +
  "avg aggregation, max aggregation, count aggregation, / scalar, > scalar, * vectors, " +
  "- of scalar, and on, or, unless, label_replace, histogram_quantile, + on, unary minus, timestamp()";

const nested: readonly Write[] = nestedNames.split(", ").map((name) => {
  const write = constructs[name];
  assert.ok(write !== undefined, name);
  return write;
});

function rows(
  names: string,
  suffix: string,
  write: (name: string) => Write,
): Readonly<Record<string, Write>> {
  return Object.fromEntries(names.split(" ").map((name) => [`${name}${suffix}`, write(name)]));
}
