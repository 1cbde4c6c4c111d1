/** `promtool tsdb analyze`: which labels and metrics make a block what it is. */
import { compareText } from "#base";
import { parseMetricSelector } from "#promql";
import { labelPairs, labelValue, metricNameLabel } from "#series";
import { type Block, type BlockSeries, openBlock } from "#tsdb";
import { formatGoDuration } from "../command-line/go-duration.ts";
import { exitSuccess, type Surroundings, type ToolDisk } from "../surroundings.ts";
import { formatChunkAnalysis } from "./chunk-analysis.ts";
import { blockNames, directoryAt } from "./open.ts";

export interface AnalyzeOptions {
  /** Empty for the last one. */
  readonly ulid: string;
  /** How many items to show in each list. */
  readonly limit: number;
  /** `chunks` are read only when asked for. */
  readonly depth: "index" | "chunks";
  /** A selector of the series to look at; empty for all. */
  readonly match: string;
}

export async function analyzeBlock(
  path: string,
  options: AnalyzeOptions,
  { disk, console }: Surroundings,
): Promise<number> {
  const matchers = options.match === "" ? [] : parseMetricSelector(options.match);
  const directory = await directoryAt(disk, path);
  const ulid = await chosenBlock(disk, directory, options.ulid);
  await using block = await openBlock(disk, `${directory}/${ulid}`);
  const all = await block.series(await block.allPostings());
  const series = all.filter(({ labels }) =>
    matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name))),
  );
  await console.write(formatIndexAnalysis(block, series, options));
  if (options.depth === "chunks") await console.write(await formatChunkAnalysis(block, series));
  return exitSuccess;
}

async function chosenBlock(disk: ToolDisk, directory: string, asked: string): Promise<string> {
  const names = await blockNames(disk, directory);
  if (asked !== "") {
    if (names.includes(asked)) return asked;
    throw new Error(`invalid block ID ${asked}`);
  }
  const last = names.at(-1);
  if (last === undefined) throw new Error("no blocks found");
  return last;
}

function formatIndexAnalysis(
  { meta }: Block,
  series: readonly BlockSeries[],
  { match, limit }: AnalyzeOptions,
): string {
  const spanMs = meta.maxMs - meta.minMs;
  const counts = new LabelCounts(spanMs);
  for (const one of series) counts.add(one);
  const head = [
    `Block ID: ${meta.ulid}`,
    `Duration: ${formatGoDuration(spanMs)}`,
    `Total Series: ${meta.stats.numSeries}`,
    ...(match === "" ? [] : [`Matcher: ${match}`]),
    `Label names: ${counts.values.size}`,
    ...(match === "" ? [] : [`Matched series: ${series.length}`]),
    `Postings (unique label pairs): ${counts.pairs.size}`,
    `Postings entries (total label pairs): ${counts.entries}`,
  ];
  const lists: readonly (readonly [string, ReadonlyMap<string, number>])[] = [
    ["Label pairs most involved in churning", counts.churnOfPairs()],
    ["Label names most involved in churning", counts.churnOfNames()],
    ["Most common label pairs", counts.pairs],
    ["Label names with highest cumulative label value length", counts.valueLengths()],
    ["Highest cardinality labels", counts.cardinalities()],
    ["Highest cardinality metric names", counts.metrics],
  ];
  const shown = lists.map(([title, figures]) => `\n${title}:\n${formatList(figures, limit)}`);
  return `${head.join("\n")}\n${shown.join("")}`;
}

/** The largest first; equal ones by name. */
function formatList(figures: ReadonlyMap<string, number>, limit: number): string {
  return [...figures]
    .sort(([left, most], [right, other]) => other - most || compareText(left, right))
    .slice(0, limit)
    .map(([key, figure]) => `${figure} ${key}\n`)
    .join("");
}

class LabelCounts {
  entries = 0;
  /** Series by pair, `name=value`. */
  readonly pairs = new Map<string, number>();
  /** Series by metric name. */
  readonly metrics = new Map<string, number>();
  /** The values of each label. */
  readonly values = new Map<string, Set<string>>();
  /** How much of the block's time the series of a pair or a name do not cover, together. */
  readonly #uncoveredByPair = new Map<string, number>();
  readonly #uncoveredByName = new Map<string, number>();
  readonly #spanMs: number;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  add({ labels, chunks }: BlockSeries): void {
    const coveredMs = (chunks.at(-1)?.maxMs ?? 0) - (chunks[0]?.minMs ?? 0);
    const uncoveredMs = this.#spanMs - coveredMs;
    for (const [name, value] of labelPairs(labels)) {
      const pair = `${name}=${value}`;
      increase(this.pairs, pair, 1);
      increase(this.#uncoveredByPair, pair, uncoveredMs);
      increase(this.#uncoveredByName, name, uncoveredMs);
      const values = this.values.get(name) ?? new Set();
      this.values.set(name, values.add(value));
      this.entries++;
    }
    const metric = labelValue(labels, metricNameLabel);
    if (metric !== "") increase(this.metrics, metric, 1);
  }

  churnOfPairs(): ReadonlyMap<string, number> {
    return this.#inSpans(this.#uncoveredByPair);
  }

  churnOfNames(): ReadonlyMap<string, number> {
    return this.#inSpans(this.#uncoveredByName);
  }

  valueLengths(): ReadonlyMap<string, number> {
    const encoder = new TextEncoder();
    return mapValues(this.values, (values) =>
      [...values].reduce((sum, value) => sum + encoder.encode(value).length, 0),
    );
  }

  cardinalities(): ReadonlyMap<string, number> {
    return mapValues(this.values, (values) => values.size);
  }

  #inSpans(uncovered: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    return mapValues(uncovered, (ms) => Math.trunc(ms / this.#spanMs));
  }
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function mapValues<T>(
  map: ReadonlyMap<string, T>,
  change: (value: T) => number,
): ReadonlyMap<string, number> {
  return new Map(Array.from(map, ([key, value]) => [key, change(value)]));
}
