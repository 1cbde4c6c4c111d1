/**
 * Taking in what other servers write: remote write 1.0 and 2.0.
 *
 * The first version is all or nothing for what a sender could send again; the second may take a part
 * of a request, and says in headers how much. What can never be taken is refused with 400, so that
 * the sender drops it; whatever may pass is 500, and the sender tries again.
 */
import { describeError, ProtobufError, decompressSnappy, SnappyError } from "#base";
import {
  type Appendable,
  type Appender,
  type AppendRefusal,
  formatLabels,
  isStaleAt,
  isValidLabelName,
  isValidMetricName,
  type Labels,
  labelsOf,
  labelValue,
  metricNameLabel,
  type SeriesRef,
} from "#series";
import { decodeWriteRequest } from "../wire/decode-write-request.ts";
import type { WriteMessage, WriteRequest, WriteSeries } from "../wire/write-series.ts";
import { checkEncoding, messageOf, UnsupportedMediaError } from "./media-type.ts";

/** Samples from further in the future than this come from a wrong clock. */
const aheadMsMax = 10 * 60_000;
/** What a request may unpack to. */
const unpackedBytesMax = 64 * 1024 * 1024;

export interface WriteDeps {
  readonly storage: Appendable;
  readonly nowMs: () => number;
  /** Told of what was refused because of its labels. */
  readonly onInvalidSamples: (count: number) => void;
}

export interface WriteHeaders {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

export interface WriteOutcome {
  /** 204 when everything was taken. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Why not; empty when everything was taken. */
  readonly message: string;
}

/** Appends a request's samples; resolves when they are durable or refused. Never rejects. */
export async function receiveWrite(
  deps: WriteDeps,
  headers: WriteHeaders,
  body: Uint8Array,
): Promise<WriteOutcome> {
  let message: WriteMessage;
  let request: WriteRequest;
  try {
    message = messageOf(headers.contentType);
    checkEncoding(headers.contentEncoding);
    request = decodeWriteRequest(decompressSnappy(body, unpackedBytesMax), message);
  } catch (error) {
    // Whatever cannot be read is the sender's fault, and will not become readable.
    if (error instanceof UnsupportedMediaError) return refusal(415, error.message);
    if (!(error instanceof SnappyError || error instanceof ProtobufError)) throw error;
    return refusal(400, error.message);
  }
  const appender = deps.storage.appender();
  try {
    const isFirst = message === "prometheus.WriteRequest";
    return await (isFirst ? takeWhole : takeParts)(deps, appender, request);
  } catch (error) {
    // The store could not take it now: the sender keeps it.
    appender.rollback();
    return refusal(500, describeError(error));
  }
}

/** Remote write 1.0: the first sample that cannot be taken refuses the request. */
async function takeWhole(
  deps: WriteDeps,
  appender: Appender,
  { series, metadata }: WriteRequest,
): Promise<WriteOutcome> {
  let invalidCount = 0;
  const newestMs = deps.nowMs() + aheadMsMax;
  for (const one of series) {
    const labels = findLabels(one);
    if (typeof labels === "string") {
      invalidCount += one.floats.count + one.histograms.length;
      continue;
    }
    const taken = appendSeries(appender, labels, one, newestMs);
    const [refused] = taken.refusals;
    if (refused !== undefined) {
      appender.rollback();
      return refusal(400, refusalTexts[refused]);
    }
  }
  if (invalidCount > 0) deps.onInvalidSamples(invalidCount);
  // Families' metadata belongs to series that need not be in this request: nobody here asks for it.
  void metadata;
  await appender.commit();
  return { status: 204, headers: {}, message: "" };
}

/** Remote write 2.0: what can be taken is, and the rest is named. */
async function takeParts(
  deps: WriteDeps,
  appender: Appender,
  { series }: WriteRequest,
): Promise<WriteOutcome> {
  const written = { samples: 0, histograms: 0, exemplars: 0 };
  const problems: string[] = [];
  let invalidCount = 0;
  const newestMs = deps.nowMs() + aheadMsMax;
  for (const one of series) {
    const labels = findLabels(one);
    if (typeof labels === "string") {
      problems.push(labels);
      invalidCount += one.floats.count + one.histograms.length;
      continue;
    }
    const taken = appendSeries(appender, labels, one, newestMs);
    written.samples += taken.samples;
    written.histograms += taken.histograms;
    written.exemplars += taken.exemplars;
    for (const refused of taken.refusals) {
      problems.push(`${refusalTexts[refused]} for series ${formatLabels(labels)}`);
    }
  }
  if (invalidCount > 0) deps.onInvalidSamples(invalidCount);
  await appender.commit();
  const status = problems.length === 0 ? 204 : 400;
  return { status, headers: writtenHeaders(written), message: firstOf(problems) };
}

const problemsShown = 10;

function firstOf(problems: readonly string[]): string {
  const rest = problems.length - problemsShown;
  const shown = problems.slice(0, problemsShown).join("\n");
  return rest > 0 ? `${shown}\nand ${rest} more` : shown;
}

interface Taken {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  readonly refusals: readonly AppendRefusal[];
}

function appendSeries(
  appender: Appender,
  labels: Labels,
  series: WriteSeries,
  newestMs: number,
): Taken {
  const ref = appender.seriesRef(labels);
  const refusals: AppendRefusal[] = [];
  const samples = appendFloats(appender, ref, series, { newestMs, refusals });
  let histograms = 0;
  for (const { timestampMs, startTimestampMs, histogram } of series.histograms) {
    const refused =
      timestampMs > newestMs
        ? "out of bounds"
        : histogram === undefined
          ? appender.appendStale(ref, timestampMs)
          : appender.appendHistogram(ref, timestampMs, histogram, startTimestampMs);
    if (refused === undefined) histograms++;
    else refusals.push(refused);
  }
  // An exemplar that comes late is no reason to send the samples again.
  const exemplars = series.exemplars.filter(
    (exemplar) => appender.appendExemplar(ref, exemplar) === undefined,
  ).length;
  if (series.metadata !== undefined) appender.setMetadata(ref, series.metadata);
  return { samples, histograms, exemplars, refusals };
}

function appendFloats(
  appender: Appender,
  ref: SeriesRef,
  { floats }: WriteSeries,
  { newestMs, refusals }: { readonly newestMs: number; readonly refusals: AppendRefusal[] },
): number {
  let samples = 0;
  for (let row = 0; row < floats.count; row++) {
    const timestampMs = floats.timestampsMs[row] ?? 0;
    const start = floats.startTimestampsMs[row] ?? 0;
    const refused =
      timestampMs > newestMs
        ? "out of bounds"
        : isStaleAt(floats.values, row)
          ? appender.appendStale(ref, timestampMs)
          : appender.appendFloat(ref, timestampMs, floats.values[row] ?? 0, start);
    if (refused === undefined) samples++;
    else refusals.push(refused);
  }
  return samples;
}

/** The series' label set, or what is wrong with it. */
function findLabels({ labelPairs }: WriteSeries): Labels | string {
  const names = new Set<string>();
  const pairs: [string, string][] = [];
  for (let index = 0; index < labelPairs.length; index += 2) {
    const name = labelPairs[index] ?? "";
    if (names.has(name)) {
      const all = formatLabels(labelPairs);
      return `invalid labels for series, labels ${all}, duplicated label ${name}`;
    }
    names.add(name);
    pairs.push([name, labelPairs[index + 1] ?? ""]);
  }
  const labels = labelsOf(pairs);
  const isValid =
    isValidMetricName(labelValue(labels, metricNameLabel), "utf8") &&
    pairs.every(([name, value]) => isValidLabelName(name, "utf8") && !value.includes("\ufffd"));
  return isValid ? labels : `invalid metric name or labels, got ${formatLabels(labels)}`;
}

const refusalTexts: Readonly<Record<AppendRefusal, string>> = {
  "out of order": "out of order sample",
  "duplicate timestamp": "duplicate sample for timestamp",
  "too old": "too old sample",
  "out of bounds": "out of bounds",
  "unknown series": "unknown series",
  "invalid histogram": "invalid histogram",
};

function refusal(status: number, message: string): WriteOutcome {
  return { status, headers: {}, message };
}

function writtenHeaders({ samples, histograms, exemplars }: Omit<Taken, "refusals">) {
  return {
    "x-prometheus-remote-write-samples-written": String(samples),
    "x-prometheus-remote-write-histograms-written": String(histograms),
    "x-prometheus-remote-write-exemplars-written": String(exemplars),
  };
}
