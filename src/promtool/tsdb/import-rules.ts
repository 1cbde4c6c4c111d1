/** `promtool tsdb create-blocks-from rules`: the history of recording rules, as a server computes it. */
import { loadRules, type RecordingSpec, type RuleGroupSpec } from "#rules";
import { type Labels, labelsOf, metricNameLabel } from "#series";
import type { Server } from "../http/client.ts";
import type { LabelSet } from "../http/query-value.ts";
import { openServerApi, type QueryRange, type ServerApi } from "../http/server-api.ts";
import { parserOptions } from "../parser-options.ts";
import { problemOf } from "../problem.ts";
import { exitFailure, exitSuccess, type Surroundings } from "../surroundings.ts";
import { parseTime } from "../time.ts";
import { blockSpanMs } from "./block-span.ts";
import { ImportedSeries } from "./imported-series.ts";

export interface RuleImportOptions {
  readonly server: Server;
  readonly start: string;
  /** Empty for three hours ago: what is younger, the server's head may still hold. */
  readonly end: string;
  /** Where the blocks go. */
  readonly directory: string;
  /** Of groups that have none of their own. */
  readonly intervalMs: number;
  readonly blockMsMax: number;
}

const youngestMs = 3 * 3_600_000;

export async function importRules(
  files: readonly string[],
  options: RuleImportOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { disk, clock, console, features } = surroundings;
  const span = readSpan(options, clock.nowMs());
  const { files: loaded, problems } = await loadRules(disk, files, {
    parser: parserOptions(features),
    nameScheme: "utf8",
    unknownFields: "refuse",
  });
  const [problem] = problems;
  if (problem !== undefined) {
    throw new Error(`rule importer parse error: ${problem.path}: ${problem.message}`);
  }
  await using api = await openServerApi(options.server, surroundings);
  const directory = options.directory.replace(/(?<=.)\/+$/, "");
  await disk.makeDirectory(directory, { mode: 0o777 });
  const importer = new RuleImporter(api, { ...options, directory, span }, surroundings);
  const failures: string[] = [];
  for (const group of loaded.flatMap(({ groups }) => groups)) {
    for (const rule of group.rules) {
      if (rule.kind !== "recording") continue;
      const failure = await importer.import(rule, group);
      if (failure !== undefined) failures.push(failure);
    }
  }
  for (const failure of failures) console.note(`rule importer error: ${failure}`);
  if (failures.length === 0) return exitSuccess;
  console.note("error importing rules");
  return exitFailure;
}

interface WholeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

class RuleImporter {
  readonly #api: ServerApi;
  readonly #options: RuleImportOptions & { readonly span: WholeSpan };
  readonly #surroundings: Surroundings;

  constructor(
    api: ServerApi,
    options: RuleImportOptions & { readonly span: WholeSpan },
    surroundings: Surroundings,
  ) {
    this.#api = api;
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /** Writes a block for each span of time in which the rule gives something. Gives what failed. */
  async import(rule: RecordingSpec, group: RuleGroupSpec): Promise<string | undefined> {
    const { span, intervalMs, blockMsMax, directory } = this.#options;
    const stepMs = group.intervalMs === 0 ? intervalMs : group.intervalMs;
    try {
      for (const range of rangesOf(span, stepMs, blockSpanMs(blockMsMax))) {
        const series = await this.#evaluate(rule, range);
        await series.write(directory, this.#surroundings);
      }
      return undefined;
    } catch (error) {
      // The other rules are still worth importing.
      if (this.#surroundings.signal.aborted) throw error;
      return problemOf(error);
    }
  }

  async #evaluate(rule: RecordingSpec, range: QueryRange): Promise<ImportedSeries> {
    const { value, warnings } = await this.#query(rule, range);
    for (const warning of warnings) {
      this.#surroundings.console.note(`range query of ${rule.name} warned: ${warning}`);
    }
    if (value.kind !== "matrix") throw new Error(`rule result is wrong type ${value.kind}`);
    const series = new ImportedSeries();
    for (const { metric, values, histograms } of value.streams) {
      if (histograms.length > 0) {
        throw new Error(`native histograms of rule ${rule.name} cannot be imported`);
      }
      const labels = recordedLabels(metric, rule);
      const samples = series.seriesOf(labels);
      for (const point of values) samples.add(Math.round(point.timeS * 1_000), point.value);
    }
    return series;
  }

  async #query(rule: RecordingSpec, range: QueryRange) {
    try {
      return await this.#api.queryRange(rule.query, range);
    } catch (error) {
      // The step is what upstream tells of first.
      throw new Error(`query range: ${problemOf(error)}`, { cause: error });
    }
  }
}

/** What to ask for: the whole span cut where blocks begin, each part from its first evaluation on. */
function* rangesOf(span: WholeSpan, stepMs: number, blockMs: number): Generator<QueryRange> {
  const { startMs, endMs } = span;
  for (let from = blockMs * Math.floor(startMs / blockMs); from <= endMs; from += blockMs) {
    const first = Math.ceil(Math.max(from, startMs) / stepMs) * stepMs;
    const last = Math.min(Math.floor((from + blockMs - 1) / 1_000) * 1_000, endMs);
    if (last >= first) yield { startMs: first, endMs: last, stepMs };
  }
}

/** The rule's labels win over those of the result; an empty one removes a label. */
function recordedLabels(metric: LabelSet, rule: RecordingSpec): Labels {
  return labelsOf([...metric, ...rule.labels, [metricNameLabel, rule.name]]);
}

function readSpan({ start, end }: RuleImportOptions, nowMs: number): WholeSpan {
  const endMs = end === "" ? nowMs - youngestMs : readTime(end, "end");
  const startMs = readTime(start, "start");
  if (startMs >= endMs) throw new Error("start time is not before end time");
  // Whole seconds, as upstream counts here.
  return { startMs: Math.floor(startMs / 1_000) * 1_000, endMs: Math.floor(endMs / 1_000) * 1_000 };
}

function readTime(text: string, what: string): number {
  const timeMs = parseTime(text);
  if (timeMs !== undefined) return timeMs;
  const why = `cannot parse ${JSON.stringify(text)} to a valid timestamp`;
  throw new Error(`error parsing ${what} time: ${why}`);
}
