/** `promtool query analyze`: how many buckets the histograms of a server really use. */
import { formatDuration } from "#series";
import { formatLabelSet } from "../http/print-value.ts";
import { openServerApi } from "../http/server-api.ts";
import type { Stream } from "../http/query-value.ts";
import { exitSuccess } from "../surroundings.ts";
import { parseTime } from "../time.ts";
import {
  bucketStatistics,
  type BucketStatistics,
  classicStatistics,
  Distribution,
  nativeStatistics,
} from "./bucket-statistics.ts";
import type { QueryContext } from "./query.ts";

export interface AnalyzeOptions {
  /** Only "histogram" is known. */
  readonly type: string;
  /** Empty for now. */
  readonly time: string;
  readonly matchers: readonly string[];
  readonly durationMs: number;
}

const header = `Bucket stats for each histogram series over time
------------------------------------------------
First the min, avg, and max number of populated buckets, followed by the total
number of buckets (only if different from the max number of populated buckets
which is typical for classic but not native histograms).
`;

const footer = `
Aggregated bucket stats
-----------------------
Each line shows min/avg/max over the series above.`;

export async function analyzeHistograms(
  options: AnalyzeOptions,
  context: QueryContext,
): Promise<number> {
  const { console, clock } = context.surroundings;
  if (options.type !== "histogram") {
    throw new Error(`analyze type is ${options.type}, must be 'histogram'`);
  }
  const timeMs = options.time === "" ? clock.nowMs() : parseTime(options.time);
  if (timeMs === undefined) {
    const why = `cannot parse ${JSON.stringify(options.time)} to a valid timestamp`;
    throw new Error(`error parsing time '${options.time}': ${why}`);
  }
  console.print(header);
  await using api = await openServerApi(context.server, context.surroundings, context.headers);
  const all = { native: new Summary(), classic: new Summary() };
  for (const matcher of options.matchers) {
    const range = formatDuration(options.durationMs);
    const { value } = await api.query(`${matcher}[${range}]`, timeMs);
    if (value.kind !== "matrix") throw new Error("query of buckets resulted in non-Matrix");
    for (const { name, kind, statistics } of histogramsOf(value.streams)) {
      console.print(`- ${name} (${kind}): ${bucketStatistics(statistics)}`);
      all[kind].add(statistics);
    }
  }
  console.print(footer);
  if (all.native.count > 0) console.print(`\nNative ${all.native.format()}`);
  if (all.classic.count > 0) console.print(`\nClassic ${all.classic.format()}`);
  return exitSuccess;
}

interface AnalyzedHistogram {
  readonly name: string;
  readonly kind: "native" | "classic";
  readonly statistics: BucketStatistics;
}

/** Native histograms as they come, then the classic ones; what is neither is left out. */
function histogramsOf(streams: readonly Stream[]): readonly AnalyzedHistogram[] {
  const native = streams.filter(({ values }) => values.length === 0);
  const classic = Map.groupBy(streams.filter(isBucketSeries), histogramName);
  return [
    ...native.flatMap((stream) => {
      const statistics = nativeStatistics(stream);
      const name = formatMetricName(stream);
      return statistics === undefined ? [] : [{ name, kind: "native" as const, statistics }];
    }),
    ...[...classic].flatMap(([name, buckets]) => {
      const statistics = classicStatistics(buckets);
      return statistics === undefined ? [] : [{ name, kind: "classic" as const, statistics }];
    }),
  ];
}

function isBucketSeries({ metric, values }: Stream): boolean {
  const name = metric.get("__name__") ?? "";
  return values.length > 0 && metric.has("le") && name.endsWith("_bucket");
}

function histogramName({ metric }: Stream): string {
  const rest = new Map([...metric].filter(([name]) => name !== "__name__" && name !== "le"));
  return `${metric.get("__name__") ?? ""}${formatLabelSet(rest)}`;
}

function formatMetricName({ metric }: Stream): string {
  const rest = new Map([...metric].filter(([name]) => name !== "__name__"));
  return `${metric.get("__name__") ?? ""}${rest.size === 0 ? "" : formatLabelSet(rest)}`;
}

/** The figures of all histograms of a kind. */
class Summary {
  readonly #least = new Distribution();
  readonly #average = new Distribution();
  readonly #most = new Distribution();
  readonly #total = new Distribution();

  get count(): number {
    return this.#least.count;
  }

  add(statistics: BucketStatistics): void {
    this.#least.add(statistics.least);
    this.#average.add(Math.trunc(statistics.average));
    this.#most.add(statistics.most);
    this.#total.add(statistics.total);
  }

  format(): string {
    const lines = [
      `histogram series (${this.count} in total):`,
      `- min populated: ${this.#least.format()}`,
      `- avg populated: ${this.#average.format()}`,
      `- max populated: ${this.#most.format()}`,
    ];
    const hasMore = !this.#most.equals(this.#total);
    return [...lines, ...(hasMore ? [`- total: ${this.#total.format()}`] : [])].join("\n");
  }
}
