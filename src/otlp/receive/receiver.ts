/**
 * Taking in metrics by OpenTelemetry's protocol. A request is stored as a whole or not at all: what
 * samples could never be taken is refused with 400, and everything else that fails is 500.
 */
import { describeError, type Logger } from "#base";
import type { OtlpConfig } from "#promconfig";
import type { Appendable, Appender, AppendRefusal, SeriesRef } from "#series";
import type { ResourceMetrics } from "../metrics.ts";
import { type TranslationFlags, translationRules } from "../translate/rules.ts";
import type { SampleSink, TranslatedSample, WarningCategory } from "../translate/sample.ts";
import { translateMetrics } from "../translate/translate.ts";
import { decodeJsonRequest } from "../wire/decode-json.ts";
import { decodeProtobufRequest } from "../wire/decode-protobuf.ts";
import { DeltaSums } from "./delta-sums.ts";

/** What a request may unpack to. */
const unpackedBytesMax = 32 * 1024 * 1024;
/** Samples from further in the future than this come from a wrong clock. */
const aheadMsMax = 10 * 60_000;
/** Different warnings of one request that are logged. */
const warningsShownMax = 20;

/** Unpacks gzip; `host` has the real one. */
interface Gunzip {
  /** Undefined when more than `bytesMax` would come out. */
  gunzip(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array | undefined>;
}

/** Told of what is odd, for metrics. */
export interface OtlpObserver {
  warned(category: WarningCategory): void;
  /** A sample was appended whose metric has no description, unit or type. */
  appendedWithoutMetadata(): void;
  exemplarOutOfOrder(): void;
}

export interface OtlpReceiverDeps {
  readonly storage: Appendable;
  readonly gunzip: Gunzip;
  readonly nowMs: () => number;
  readonly elapsedMs: () => number;
  readonly log: Logger;
  readonly observer: OtlpObserver;
  /** The section in force. */
  readonly config: () => OtlpConfig;
}

export interface OtlpReceiverOptions extends TranslationFlags {
  /** Whether the times since when counters count are stored with their samples. */
  readonly startTimestamps: "store" | "ignore";
  /** Whether descriptions, units and types are stored. */
  readonly metadata: "store" | "leave out";
}

export interface OtlpHeaders {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

export interface OtlpOutcome {
  /** 200 when everything was taken. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Why not; empty when everything was taken. */
  readonly message: string;
}

export class OtlpReceiver {
  readonly #deps: OtlpReceiverDeps;
  readonly #options: OtlpReceiverOptions;
  readonly #sums: DeltaSums;

  constructor(deps: OtlpReceiverDeps, options: OtlpReceiverOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#sums = new DeltaSums(deps.elapsedMs);
  }

  /** Appends a request's samples; resolves when they are durable or refused. Never rejects. */
  async receive(headers: OtlpHeaders, body: Uint8Array): Promise<OtlpOutcome> {
    let resources: readonly ResourceMetrics[];
    try {
      resources = await this.#decode(headers, body);
    } catch (error) {
      // The sender is told, and whoever runs this may want to know which sender it is.
      this.#deps.log.error("decoding an OTLP write request", error);
      return { status: 400, headers: {}, message: describeError(error) };
    }
    const request = new RequestAppend(this.#deps, this.#options, this.#sums);
    try {
      translateMetrics(resources, translationRules(this.#deps.config(), this.#options), request);
      await request.commit();
      return { status: 200, headers: {}, message: "" };
    } catch (error) {
      // Whatever it is, nothing of the request is kept.
      request.rollback();
      const isRefused = error instanceof SampleRefused;
      if (!isRefused) this.#deps.log.error("appending an OTLP write request", error);
      return { status: isRefused ? 400 : 500, headers: {}, message: describeError(error) };
    } finally {
      request.logWarnings();
    }
  }

  async #decode(
    { contentType, contentEncoding }: OtlpHeaders,
    body: Uint8Array,
  ): Promise<readonly ResourceMetrics[]> {
    const decode = decoderOf(contentType ?? "");
    const encoding = contentEncoding ?? "";
    if (encoding !== "" && encoding !== "gzip") {
      throw new RequestError(
        `unsupported compression: ${encoding}. Only "gzip" or no compression supported`,
      );
    }
    return decode(encoding === "gzip" ? await this.#unpack(body) : body);
  }

  async #unpack(body: Uint8Array): Promise<Uint8Array> {
    let unpacked: Uint8Array | undefined;
    try {
      unpacked = await this.#deps.gunzip.gunzip(body, unpackedBytesMax);
    } catch (error) {
      // What cannot be unpacked came from the sender.
      throw new RequestError("gzip: invalid header", { cause: error });
    }
    if (unpacked !== undefined) return unpacked;
    throw new RequestError(`the request unpacks to more than ${unpackedBytesMax} bytes`);
  }
}

/** A request that cannot be read. */
class RequestError extends Error {}

/** A sample that the store will never take. */
class SampleRefused extends Error {}

type Decoder = (body: Uint8Array) => readonly ResourceMetrics[];

function decoderOf(contentType: string): Decoder {
  if (contentType === "application/x-protobuf") return decodeProtobufRequest;
  if (contentType === "application/json") {
    return (body) => decodeJsonRequest(new TextDecoder().decode(body));
  }
  throw new RequestError(
    `unsupported content type: ${contentType}, supported: [application/json, application/x-protobuf]`,
  );
}

const refusalTexts: Readonly<Record<AppendRefusal, string>> = {
  "out of order": "out of order sample",
  "duplicate timestamp": "duplicate sample for timestamp",
  "too old": "too old sample",
  "out of bounds": "out of bounds",
  "unknown series": "unknown series",
  "invalid histogram": "invalid histogram",
};

/** What a sender may hear of without trying again. */
const refusedForGood: ReadonlySet<AppendRefusal> = new Set([
  "out of order",
  "duplicate timestamp",
  "too old",
  "out of bounds",
]);

/** One request on its way into the store. */
class RequestAppend implements SampleSink {
  readonly #deps: OtlpReceiverDeps;
  readonly #options: OtlpReceiverOptions;
  readonly #sums: DeltaSums;
  readonly #appender: Appender;
  readonly #newestMs: number;
  readonly #warnings = new Set<string>();
  #isOpen = true;

  constructor(deps: OtlpReceiverDeps, options: OtlpReceiverOptions, sums: DeltaSums) {
    this.#deps = deps;
    this.#options = options;
    this.#sums = sums;
    this.#appender = deps.storage.appender();
    this.#newestMs = deps.nowMs() + aheadMsMax;
  }

  append(translated: TranslatedSample): void {
    const sample = this.#options.deltas === "summed" ? this.#sums.add(translated) : translated;
    if (sample === undefined) return;
    if (sample.timestampMs > this.#newestMs) {
      throw new SampleRefused("out of bounds: timestamp is too far in the future");
    }
    const ref = this.#appender.seriesRef(sample.labels);
    const refused = this.#appendValue(ref, sample);
    if (refused !== undefined) {
      const text = refusalTexts[refused];
      throw refusedForGood.has(refused) ? new SampleRefused(text) : new Error(text);
    }
    for (const exemplar of sample.exemplars) {
      const late = this.#appender.appendExemplar(ref, exemplar);
      if (late === "out of order") this.#deps.observer.exemplarOutOfOrder();
    }
    const { type, unit, help } = sample.metadata;
    if (type === "unknown" && unit === "" && help === "") {
      this.#deps.observer.appendedWithoutMetadata();
    } else if (this.#options.metadata === "store") this.#appender.setMetadata(ref, sample.metadata);
  }

  readonly warn = (category: WarningCategory, text: string): void => {
    if (this.#warnings.has(text)) return;
    this.#warnings.add(text);
    this.#deps.observer.warned(category);
  };

  logWarnings(): void {
    if (this.#warnings.size === 0) return;
    const warnings = [...this.#warnings].slice(0, warningsShownMax).join("; ");
    this.#deps.log.warn("warnings translating OTLP metrics", { warnings });
  }

  async commit(): Promise<void> {
    this.#isOpen = false;
    await this.#appender.commit();
  }

  rollback(): void {
    if (this.#isOpen) this.#appender.rollback();
    this.#isOpen = false;
  }

  #appendValue(ref: SeriesRef, sample: TranslatedSample): AppendRefusal | undefined {
    const { timestampMs, value } = sample;
    const isStored = this.#options.startTimestamps === "store";
    const startMs = isStored ? sample.startTimestampMs : 0;
    if (value === undefined) return this.#appender.appendStale(ref, timestampMs);
    return typeof value === "number"
      ? this.#appender.appendFloat(ref, timestampMs, value, startMs)
      : this.#appender.appendHistogram(ref, timestampMs, value, startMs);
  }
}
