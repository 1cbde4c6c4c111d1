/** `promtool tsdb create-blocks-from openmetrics`: history from elsewhere, as blocks of a database. */
import { OpenMetricsReader, SeriesTable } from "#exposition";
import { type Labels, labelPairs, labelsOf } from "#series";
import { problemOf } from "../problem.ts";
import { exitSuccess, type Surroundings } from "../surroundings.ts";
import { blockSpanMs } from "./block-span.ts";
import { type ImportedSamples, ImportedSeries } from "./imported-series.ts";
import { type FigureForm, formatBlocks, readBlock } from "./list.ts";

export interface ImportOptions {
  /** Where the blocks go. */
  readonly directory: string;
  readonly form: FigureForm;
  readonly told: "blocks" | "nothing";
  readonly blockMsMax: number;
  /** Set on every series. */
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * Writes one block for each span of time that has samples. The file is read once for each of them, so
 * that only one block's samples are in memory.
 */
export async function importOpenMetrics(
  file: string,
  options: ImportOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { disk, console } = surroundings;
  if ((await disk.findFacts(file)) === undefined) {
    throw new Error(`stat ${file}: no such file or directory`);
  }
  const body = await disk.readFile(file);
  const directory = options.directory.replace(/(?<=.)\/+$/, "");
  await disk.makeDirectory(directory, { mode: 0o777 });
  const range = failingAs("getting min and max timestamp", () => timeRangeOf(body));
  const spanMs = blockSpanMs(options.blockMsMax);
  let headed: "withHeader" | "withoutHeader" = "withHeader";
  let fromMs = spanMs * Math.trunc(range.minMs / spanMs);
  while (fromMs <= range.maxMs) {
    const series = new ImportedSeries();
    const span = { fromMs, toMs: fromMs + spanMs, extra: options.labels };
    const nextMs = failingAs("block creation: process blocks", () => collect(body, span, series));
    const block = await series.write(directory, surroundings);
    if (block !== undefined && options.told === "blocks") {
      await console.write(formatBlocks([await readBlock(disk, block)], options.form, headed));
      headed = "withoutHeader";
    }
    // Spans without samples are not worth reading the file for.
    const nextSpans = Math.max(1, Math.floor((nextMs - fromMs) / spanMs));
    fromMs += nextSpans * spanMs;
  }
  return exitSuccess;
}

function timeRangeOf(body: Uint8Array): { readonly minMs: number; readonly maxMs: number } {
  const reader = new OpenMetricsReader(body, "series");
  let minMs = Number.POSITIVE_INFINITY;
  let maxMs = Number.NEGATIVE_INFINITY;
  for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
    if (entry !== "series") continue;
    if (!reader.hasTimestamp) throw new Error("expected timestamp for series got none");
    minMs = Math.min(minMs, reader.timestampMs);
    maxMs = Math.max(maxMs, reader.timestampMs);
  }
  return { minMs, maxMs };
}

interface Span {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  readonly extra: ReadonlyMap<string, string>;
}

/** Gathers the samples within the span; gives the time of the next one behind it. */
function collect(body: Uint8Array, { fromMs, toMs, extra }: Span, series: ImportedSeries): number {
  const reader = new OpenMetricsReader(body, "series");
  const known = new SeriesTable<ImportedSamples>();
  let nextMs = Number.POSITIVE_INFINITY;
  for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
    if (entry !== "series") continue;
    const { timestampMs } = reader;
    if (timestampMs >= toMs) nextMs = Math.min(nextMs, timestampMs);
    if (timestampMs < fromMs || timestampMs >= toMs) continue;
    let samples = known.find(reader);
    if (samples === undefined) {
      samples = series.seriesOf(withLabels(reader.labels(), extra));
      known.add(reader, samples);
    }
    samples.add(timestampMs, reader.value);
  }
  return nextMs;
}

function withLabels(labels: Labels, extra: ReadonlyMap<string, string>): Labels {
  return extra.size === 0 ? labels : labelsOf([...labelPairs(labels), ...extra]);
}

function failingAs<T>(step: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    // The step is what upstream tells of first.
    throw new Error(`${step}: ${problemOf(error)}`, { cause: error });
  }
}
