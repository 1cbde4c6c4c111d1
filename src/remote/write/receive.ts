/**
 * Taking in what other servers write: remote write 1.0 and 2.0.
 *
 * The first version is all or nothing for what a sender could send again; the second may take a part
 * of a request, and says in headers how much. What can never be taken is refused with 400, so that
 * the sender drops it; whatever may pass is 500, and the sender tries again.
 */
import { describeError, ProtobufError, SnappyError, SnappyUnpacker } from "#base";
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
import type { FloatColumns } from "../wire/float-columns.ts";
import { inPairs } from "../wire/in-pairs.ts";
import { openSeriesReader } from "../wire/open-series-reader.ts";
import type { SeriesReader } from "../wire/series-reader.ts";
import type { WriteMessage } from "../wire/write-series.ts";
import { KnownSeries } from "./known-series.ts";
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

/** Takes in requests, and knows the series that came before. */
export class WriteReceiver {
  readonly #deps: WriteDeps;
  readonly #known: Readonly<Record<WriteMessage, KnownSeries>> = {
    "prometheus.WriteRequest": new KnownSeries(),
    "io.prometheus.write.v2.Request": new KnownSeries(),
  };
  readonly #unpacker = new SnappyUnpacker(unpackedBytesMax);

  constructor(deps: WriteDeps) {
    this.#deps = deps;
  }

  /** Appends a request's samples; resolves when they are durable or refused. Never rejects. */
  async receive(headers: WriteHeaders, body: Uint8Array): Promise<WriteOutcome> {
    let request: RequestAppend | undefined;
    try {
      const message = messageOf(headers.contentType);
      checkEncoding(headers.contentEncoding);
      // Good until the next request: all of it is read before anything is waited for.
      const series = openSeriesReader(this.#unpacker.unpack(body), message);
      request = new RequestAppend(this.#deps, this.#known[message]);
      const isFirst = message === "prometheus.WriteRequest";
      const outcome = (isFirst ? appendWhole : appendParts)(request, series);
      await request.end(outcome.isKept ? "commit" : "rollback");
      return outcome;
    } catch (error) {
      await request?.end("rollback");
      return outcomeOf(error);
    }
  }
}

function outcomeOf(error: unknown): WriteOutcome {
  if (error instanceof UnsupportedMediaError) return refusal(415, error.message);
  // Whatever cannot be read is the sender's fault, and will not become readable.
  const isUnreadable = error instanceof SnappyError || error instanceof ProtobufError;
  if (isUnreadable) return refusal(400, error.message);
  // The store could not take it now: the sender keeps it.
  return refusal(500, describeError(error));
}

/** What the sender is told, and whether anything of the request is to be stored. */
interface Appended extends WriteOutcome {
  readonly isKept: boolean;
}

/** Remote write 1.0: the first sample that cannot be taken refuses the request. */
function appendWhole(request: RequestAppend, series: SeriesReader): Appended {
  while (series.next()) {
    // Series with impossible labels are left out and counted: they would never fit.
    request.append(series);
    const [refused] = request.refusals;
    if (refused !== undefined) return { ...refusal(400, refusalTexts[refused]), isKept: false };
  }
  return { status: 204, headers: {}, message: "", isKept: true };
}

/** Remote write 2.0: what can be taken is, and the rest is named. */
function appendParts(request: RequestAppend, series: SeriesReader): Appended {
  const problems: string[] = [];
  while (series.next()) {
    const problem = request.append(series);
    if (problem !== undefined) problems.push(problem);
    for (const refused of request.refusals) {
      const labels = formatLabels(labelsOf(inPairs(series.labelPairs)));
      problems.push(`${refusalTexts[refused]} for series ${labels}`);
    }
  }
  const status = problems.length === 0 ? 204 : 400;
  return { status, headers: writtenHeaders(request), message: firstOf(problems), isKept: true };
}

const problemsShown = 10;

function firstOf(problems: readonly string[]): string {
  const rest = problems.length - problemsShown;
  const shown = problems.slice(0, problemsShown).join("\n");
  return rest > 0 ? `${shown}\nand ${rest} more` : shown;
}

/** One request on its way into the store. */
class RequestAppend {
  samples = 0;
  histograms = 0;
  exemplars = 0;
  /** Why samples of the last series were not taken. */
  readonly refusals: AppendRefusal[] = [];
  readonly #deps: WriteDeps;
  readonly #appender: Appender;
  readonly #known: KnownSeries;
  readonly #newestMs: number;
  readonly #isKnown: (ref: SeriesRef) => boolean;
  #invalidCount = 0;

  #isOpen = true;

  constructor(deps: WriteDeps, known: KnownSeries) {
    const appender = deps.storage.appender();
    this.#deps = deps;
    this.#appender = appender;
    this.#known = known;
    this.#newestMs = deps.nowMs() + aheadMsMax;
    this.#isKnown = (ref) => appender.isKnown(ref);
  }

  /** Appends what a series has; tells what is wrong with its labels, if anything is. */
  append(series: SeriesReader): string | undefined {
    if (this.refusals.length > 0) this.refusals.length = 0;
    let ref = this.#known.find(series);
    if (ref === 0 || !this.#appender.isKnown(ref)) {
      const labels = findLabels(series.labelPairs);
      if (typeof labels === "string") {
        this.#invalidCount += series.floats.count + series.histograms.length;
        return labels;
      }
      ref = this.#appender.seriesRef(labels);
      this.#known.remember(ref, this.#isKnown);
    }
    this.#appendFloats(ref, series.floats);
    if (series.histograms.length > 0) this.#appendHistograms(ref, series);
    // An exemplar that comes late is no reason to send the samples again.
    for (const exemplar of series.exemplars) {
      if (this.#appender.appendExemplar(ref, exemplar) === undefined) this.exemplars++;
    }
    if (series.metadata !== undefined) this.#appender.setMetadata(ref, series.metadata);
    return undefined;
  }

  /** Ends what has not ended yet. */
  async end(how: "commit" | "rollback"): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (how === "rollback") return this.#appender.rollback();
    if (this.#invalidCount > 0) this.#deps.onInvalidSamples(this.#invalidCount);
    await this.#appender.commit();
  }

  #appendFloats(ref: SeriesRef, floats: FloatColumns): void {
    const appender = this.#appender;
    for (let row = 0; row < floats.count; row++) {
      const timestampMs = floats.timestampsMs[row] ?? 0;
      const start = floats.startTimestampsMs[row] ?? 0;
      const refused =
        timestampMs > this.#newestMs
          ? "out of bounds"
          : isStaleAt(floats.values, row)
            ? appender.appendStale(ref, timestampMs)
            : appender.appendFloat(ref, timestampMs, floats.values[row] ?? 0, start);
      if (refused === undefined) this.samples++;
      else this.refusals.push(refused);
    }
  }

  #appendHistograms(ref: SeriesRef, { histograms }: SeriesReader): void {
    const appender = this.#appender;
    for (const { timestampMs, startTimestampMs, histogram } of histograms) {
      const refused =
        timestampMs > this.#newestMs
          ? "out of bounds"
          : histogram === undefined
            ? appender.appendStale(ref, timestampMs)
            : appender.appendHistogram(ref, timestampMs, histogram, startTimestampMs);
      if (refused === undefined) this.histograms++;
      else this.refusals.push(refused);
    }
  }
}

/** The series' label set, or what is wrong with it. */
function findLabels(labelPairs: readonly string[]): Labels | string {
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

function writtenHeaders({ samples, histograms, exemplars }: RequestAppend) {
  return {
    "x-prometheus-remote-write-samples-written": String(samples),
    "x-prometheus-remote-write-histograms-written": String(histograms),
    "x-prometheus-remote-write-exemplars-written": String(exemplars),
  };
}
