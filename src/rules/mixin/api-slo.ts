/**
 * The API server's promise: 99% of requests over 30 days are answered, and in time. Burn rates say how
 * fast the remaining 1% is being used up; an alert needs a long window and a short one that agree, so
 * that it neither misses slow burning nor goes on when the fire is out.
 */
import { apiserver } from "./jobs.ts";
import { alert, type GroupSource, record, type RuleSource } from "./rule-source.ts";

const errorBudget = 0.01;
const reads = 'verb=~"LIST|GET"';
const writes = 'verb=~"POST|PUT|PATCH|DELETE"';
/** Requests that last as long as their client likes. */
const isShort = 'subresource!~"proxy|attach|log|exec|portforward"';

const durations = "apiserver_request_sli_duration_seconds";
const hourlyBuckets = `cluster_verb_scope_le:${durations}_bucket:increase1h`;
const monthlyBuckets = `cluster_verb_scope_le:${durations}_bucket:increase30d`;
const hourlyCount = `cluster_verb_scope:${durations}_count:increase1h`;
const monthlyCount = `cluster_verb_scope:${durations}_count:increase30d`;

/** In which time reads of each scope must be answered, in seconds. */
const readLimits: readonly (readonly [scope: string, seconds: number])[] = [
  ['scope=~"resource|"', 1],
  ['scope="namespace"', 5],
  ['scope="cluster"', 30],
];
const writeLimitSeconds = 1;

/** The bucket up to a bound, which Prometheus writes as `30.0` since its version 3. */
function upTo(seconds: number): string {
  return `le=~"${seconds}(\\\\.0)?"`;
}

const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;

function readBurnRate(window: string): RuleSource {
  const selected = `${apiserver}, ${reads}, ${isShort}`;
  const inTime = readLimits.map(
    ([scope, seconds]) =>
      `(sum(rate(${durations}_bucket{${selected}, ${scope}, ${upTo(seconds)}}[${window}])) or vector(0))`,
  );
  return record(
    `apiserver_request:burnrate${window}`,
    `(
        sum(rate(${durations}_count{${selected}}[${window}])) - (${inTime.join(" + ")})
        + (sum(rate(apiserver_request_total{${apiserver}, ${reads}, code=~"5.."}[${window}])) or vector(0))
      ) / sum(rate(apiserver_request_total{${apiserver}, ${reads}}[${window}]))`,
    { verb: "read" },
  );
}

function writeBurnRate(window: string): RuleSource {
  const selected = `${apiserver}, ${writes}, ${isShort}`;
  return record(
    `apiserver_request:burnrate${window}`,
    `(
        sum(rate(${durations}_count{${selected}}[${window}]))
        - sum(rate(${durations}_bucket{${selected}, ${upTo(writeLimitSeconds)}}[${window}]))
        + (sum(rate(apiserver_request_total{${apiserver}, ${writes}, code=~"5.."}[${window}])) or vector(0))
      ) / sum(rate(apiserver_request_total{${apiserver}, ${writes}}[${window}]))`,
    { verb: "write" },
  );
}

const burnAlerts = [
  { long: "1h", short: "5m", factor: 14.4, severity: "critical", for: "2m" },
  { long: "6h", short: "30m", factor: 6, severity: "critical", for: "15m" },
  { long: "1d", short: "2h", factor: 3, severity: "warning", for: "1h" },
  { long: "3d", short: "6h", factor: 1, severity: "warning", for: "3h" },
] as const;

/** How many requests of a month were too slow. */
function slowReads(): string {
  const inTime = readLimits.map(
    ([scope, seconds]) =>
      `(sum(${monthlyBuckets}{${reads}, ${scope}, ${upTo(seconds)}}) or vector(0))`,
  );
  return `(sum(${monthlyCount}{${reads}}) - (${inTime.join(" + ")}))`;
}

const slowWrites = `(sum(${monthlyCount}{${writes}}) - sum(${monthlyBuckets}{${writes}, ${upTo(writeLimitSeconds)}}))`;
const monthlyTotal = "code:apiserver_request_total:increase30d";

function errorsOf(verb: string): string {
  return `(sum(${monthlyTotal}{${verb}code=~"5.."}) or vector(0))`;
}

const availabilityRules: readonly RuleSource[] = [
  record(
    "code_verb:apiserver_request_total:increase30d",
    "avg_over_time(code_verb:apiserver_request_total:increase1h[30d]) * 24 * 30",
  ),
  ...[
    ["read", reads],
    ["write", writes],
  ].map(([verb = "", selected]) =>
    record(
      monthlyTotal,
      `sum by (code) (code_verb:apiserver_request_total:increase30d{${selected}})`,
      { verb },
    ),
  ),
  record(hourlyBuckets, `sum by (verb, scope, le) (increase(${durations}_bucket[1h]))`),
  record(
    monthlyBuckets,
    `sum by (verb, scope, le) (avg_over_time(${hourlyBuckets}[30d]) * 24 * 30)`,
  ),
  record(hourlyCount, `sum by (verb, scope) (increase(${durations}_count{${apiserver}}[1h]))`),
  record(monthlyCount, `sum by (verb, scope) (avg_over_time(${hourlyCount}[30d]) * 24 * 30)`),
  record(
    "apiserver_request:availability30d",
    `1 - (${slowWrites} + ${slowReads()} + ${errorsOf("")}) / sum(${monthlyTotal})`,
    { verb: "all" },
  ),
  record(
    "apiserver_request:availability30d",
    `1 - (${slowReads()} + ${errorsOf('verb="read", ')}) / sum(${monthlyTotal}{verb="read"})`,
    { verb: "read" },
  ),
  record(
    "apiserver_request:availability30d",
    `1 - (${slowWrites} + ${errorsOf('verb="write", ')}) / sum(${monthlyTotal}{verb="write"})`,
    { verb: "write" },
  ),
  ...[
    ["read", reads],
    ["write", writes],
  ].map(([verb = "", selected]) =>
    record(
      "code_resource:apiserver_request_total:rate5m",
      `sum by (code, resource) (rate(apiserver_request_total{${apiserver}, ${selected}}[5m]))`,
      { verb },
    ),
  ),
  record(
    "code_verb:apiserver_request_total:increase1h",
    `sum by (code, verb) (increase(apiserver_request_total{${apiserver},
      verb=~"LIST|GET|POST|PUT|PATCH|DELETE", code=~"[2-5].."}[1h]))`,
  ),
];

export const apiSloGroups: readonly GroupSource[] = [
  { name: "kube-apiserver-availability.rules", interval: "3m", rules: availabilityRules },
  {
    name: "kube-apiserver-burnrate.rules",
    rules: [...windows.map(readBurnRate), ...windows.map(writeBurnRate)],
  },
  {
    name: "kube-apiserver-histogram.rules",
    rules: [
      ["read", reads],
      ["write", writes],
    ].map(([verb = "", selected]) =>
      record(
        `cluster_quantile:${durations}:histogram_quantile`,
        `histogram_quantile(0.99, sum by (le, resource)
          (rate(${durations}_bucket{${apiserver}, ${selected}, ${isShort}}[5m]))) > 0`,
        { quantile: "0.99", verb },
      ),
    ),
  },
  {
    name: "kube-apiserver-slos",
    rules: burnAlerts.map(({ long, short, factor, severity, for: duration }) =>
      alert(
        "KubeAPIErrorBudgetBurn",
        `sum(apiserver_request:burnrate${long}) > ${factor} * ${errorBudget}
          and sum(apiserver_request:burnrate${short}) > ${factor} * ${errorBudget}`,
        {
          severity,
          for: duration,
          labels: { long, short },
          summary: "The API server uses up its error budget too fast.",
          description: `Over ${long}, {{ $value | humanizePercentage }} of the requests were answered late or with errors: ${factor} times what the promise allows.`,
        },
      ),
    ),
  },
];
