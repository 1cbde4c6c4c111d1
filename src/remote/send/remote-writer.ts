/**
 * Sends what is appended here to another server.
 *
 * A source hands over the log's records in order. Each sample goes to one of several shards, always
 * the same for a series, so that a receiver sees each series in order; every shard sends one batch
 * at a time and keeps trying until it is taken or refused. While the receiver is away, the shards
 * fill up and the source waits: what is not sent yet stays in the log, on disk.
 */
import type { Clock, HistogramMetric, Logger } from "#base";
import type { HttpClient } from "#outbound";
import type { RemoteWriteConfig } from "#promconfig";
import type { Exemplar, Histogram, Labels, MetricMetadata, RelabelRule, SeriesRef } from "#series";
import { encodeWriteRequest } from "../wire/encode-write-request.ts";
import type { FloatRows, OutgoingSeries } from "../wire/write-series.ts";
import { OutgoingLabels } from "./outgoing-labels.ts";
import { planShards, type ShardLoad } from "./plan-shards.ts";
import { sendBatch, writeMessageOf } from "./send-batch.ts";
import { type KindCounts, kindOf, SendCounts, type SentKind } from "./send-counts.ts";
import { type Outgoing, Shard } from "./shard.ts";

/** What the log says, in its order. */
export type SourceRecord =
  | {
      readonly kind: "series";
      readonly series: readonly { readonly ref: SeriesRef; readonly labels: Labels }[];
    }
  | { readonly kind: "samples"; readonly samples: SourceSamples }
  | { readonly kind: "histograms"; readonly histograms: readonly SourceHistogram[] }
  | {
      readonly kind: "exemplars";
      readonly exemplars: readonly { readonly ref: SeriesRef; readonly exemplar: Exemplar }[];
    }
  | {
      readonly kind: "metadata";
      readonly metadata: readonly { readonly ref: SeriesRef; readonly metadata: MetricMetadata }[];
    };

export interface SourceSamples {
  readonly count: number;
  readonly refs: Float64Array;
  readonly timestampsMs: Float64Array;
  /** Bits are exact: a stale marker is one. */
  readonly values: Float64Array;
  readonly startTimestampsMs: Float64Array | undefined;
}

export interface SourceHistogram {
  readonly ref: SeriesRef;
  readonly sample: {
    readonly timestampMs: number;
    readonly startTimestampMs: number;
    /** Undefined for the stale marker. */
    readonly histogram: Histogram | undefined;
  };
}

export interface RemoteWriterDeps {
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Observes how long each batch took until the receiver had taken or refused it. */
  readonly batchSeconds: HistogramMetric;
  /** The log's records from now on; waits for more until the signal aborts. */
  readonly records: (signal: AbortSignal) => AsyncIterable<readonly SourceRecord[]>;
}

export interface RemoteWriterOptions {
  readonly externalLabels: Labels;
  readonly rules: readonly RelabelRule[];
}

/** What has happened so far; the names of upstream's metrics are the reader's business. */
export interface RemoteWriterFacts {
  readonly counts: Readonly<Record<SentKind, KindCounts>>;
  readonly shards: number;
  readonly desiredShards: number;
  readonly highestSentMs: number;
  readonly highestSeenMs: number;
  readonly sentBytes: number;
  /** How often something had to wait for room in its shard. */
  readonly enqueueRetries: number;
}

const reshardMs = 10_000;
/** How long unsent samples may take when everything stops. */
const flushMs = 60_000;

export class RemoteWriter {
  readonly #deps: RemoteWriterDeps;
  readonly #config: RemoteWriteConfig;
  readonly #labels: OutgoingLabels;
  readonly #metadata = new Map<SeriesRef, MetricMetadata>();
  #shards: readonly Shard[] = [];
  #desired: number;
  #window = emptyWindow();
  readonly #counts = new SendCounts();
  #facts = { highestSentMs: 0, highestSeenMs: 0, sentBytes: 0, enqueueRetries: 0 };

  constructor(deps: RemoteWriterDeps, config: RemoteWriteConfig, options: RemoteWriterOptions) {
    this.#deps = deps;
    this.#config = config;
    this.#labels = new OutgoingLabels(options.externalLabels, options.rules);
    this.#desired = config.queue.minShards;
  }

  facts(): RemoteWriterFacts {
    return {
      ...this.#facts,
      counts: {
        samples: this.#counts.of("samples"),
        histograms: this.#counts.of("histograms"),
        exemplars: this.#counts.of("exemplars"),
      },
      shards: this.#shards.length,
      desiredShards: this.#desired,
    };
  }

  /** Sends until the signal aborts, then what waits, for at most a minute. */
  async run(signal: AbortSignal): Promise<void> {
    const hard = new AbortController();
    const records = this.#deps.records(signal)[Symbol.asyncIterator]();
    let source: Source = { records, next: records.next() };
    while (!signal.aborted) {
      const sending = this.#startShards(hard.signal);
      source = await this.#feed(source, signal);
      for (const shard of this.#shards) shard.close();
      using _timer = this.#deps.clock.schedule(signal.aborted ? flushMs : Infinity, () =>
        hard.abort(new Error("out of time to send what waits")),
      );
      await Promise.all(sending);
      if (!signal.aborted && this.#desired === this.#shards.length) return;
    }
  }

  #startShards(hard: AbortSignal): readonly Promise<void>[] {
    const { capacity } = this.#config.queue;
    this.#shards = Array.from(
      { length: this.#desired },
      () => new Shard(this.#deps.clock, capacity),
    );
    return this.#shards.map((shard) => this.#drain(shard, hard));
  }

  /** Distributes records until the source ends, the signal aborts or other shards are needed. */
  async #feed({ records, next: first }: Source, signal: AbortSignal): Promise<Source> {
    const { clock } = this.#deps;
    let next = first;
    let decidedMs = clock.elapsedMs();
    while (true) {
      const { done, value } = await next;
      if (done === true || signal.aborted) return { records, next };
      for (const record of value) await this.#take(record);
      next = records.next();
      const passedMs = clock.elapsedMs() - decidedMs;
      if (passedMs < reshardMs) continue;
      decidedMs = clock.elapsedMs();
      this.#desired = this.#plan(passedMs / 1_000);
      if (this.#desired !== this.#shards.length) return { records, next };
    }
  }

  #plan(seconds: number): number {
    const { samplesIn, samplesKept, samplesOut, sendingMs } = this.#window;
    const { highestSeenMs, highestSentMs } = this.#facts;
    this.#window = emptyWindow();
    const load: ShardLoad = {
      samplesInPerSecond: samplesIn / seconds,
      samplesOutPerSecond: samplesOut / seconds,
      keptShare: samplesIn === 0 ? 1 : samplesKept / samplesIn,
      sendingSecondsPerSecond: sendingMs / 1_000 / seconds,
      delaySeconds: highestSentMs === 0 ? 0 : Math.max(0, highestSeenMs - highestSentMs) / 1_000,
    };
    const { minShards, maxShards } = this.#config.queue;
    return planShards(this.#shards.length, load, { min: minShards, max: maxShards });
  }

  async #take(record: SourceRecord): Promise<void> {
    switch (record.kind) {
      case "series":
        for (const { ref, labels } of record.series) this.#labels.define(ref, labels);
        return;
      case "metadata":
        for (const { ref, metadata } of record.metadata) this.#metadata.set(ref, metadata);
        return;
      case "samples":
        for (let row = 0; row < record.samples.count; row++) {
          await this.#add(record.samples.refs[row] ?? 0, floatOf(record.samples, row));
        }
        return;
      case "histograms":
        if (!this.#config.sendNativeHistograms) return;
        for (const { ref, sample } of record.histograms) {
          await this.#add(ref, { ...nothing, histograms: [sample] });
        }
        return;
      case "exemplars":
        if (!this.#config.sendExemplars) return;
        for (const { ref, exemplar } of record.exemplars) {
          await this.#add(ref, { ...nothing, exemplars: [exemplar] });
        }
    }
  }

  async #add(ref: SeriesRef, sent: Omit<OutgoingSeries, "labels" | "metadata">): Promise<void> {
    const timestampMs = timestampOf(sent);
    this.#window.samplesIn++;
    const labels = this.#labels.find(ref);
    const limitMs = this.#config.queue.sampleAgeLimitMs;
    const isTooOld = limitMs > 0 && timestampMs < this.#deps.clock.nowMs() - limitMs;
    const kind = kindOf(sent);
    if (labels === undefined || isTooOld) {
      this.#counts.dropped(kind, isTooOld ? "too_old" : this.#labels.absence(ref));
      return;
    }
    this.#window.samplesKept++;
    this.#facts.highestSeenMs = Math.max(this.#facts.highestSeenMs, timestampMs);
    const series = { ...sent, labels, metadata: this.#metadata.get(ref) };
    const shard = this.#shards[ref % this.#shards.length];
    if (shard === undefined) return;
    this.#counts.queued(kind);
    if (shard.isFull) this.#facts.enqueueRetries++;
    await shard.add({ series, timestampMs });
  }

  async #drain(shard: Shard, hard: AbortSignal): Promise<void> {
    const { queue } = this.#config;
    while (!hard.aborted) {
      const batch = await shard.take(queue.maxSamplesPerSend, queue.batchSendDeadlineMs);
      if (batch === undefined) return;
      try {
        await this.#send(batch, hard);
      } catch (error) {
        // Out of time: the log still has these samples.
        if (!hard.aborted) throw error;
      }
    }
  }

  async #send(batch: readonly Outgoing[], hard: AbortSignal): Promise<void> {
    const { client, clock, log, batchSeconds } = this.#deps;
    const request = encodeWriteRequest(
      batch.map(({ series }) => series),
      writeMessageOf(this.#config),
    );
    const startedMs = clock.elapsedMs();
    this.#counts.tried(batch);
    const onRetry = (reason: string) => {
      this.#counts.retried(batch);
      this.#counts.tried(batch);
      log.warn("sending samples failed, trying again", { url: this.#config.url, reason });
    };
    const outcome = await sendBatch({ client, clock, onRetry }, this.#config, request, hard);
    const elapsedMs = clock.elapsedMs() - startedMs;
    this.#window.sendingMs += elapsedMs;
    batchSeconds.observe(elapsedMs / 1_000);
    this.#counts.ended(batch, outcome.kind);
    this.#window.samplesOut += batch.length;
    this.#facts.sentBytes += request.length;
    for (const { timestampMs } of batch) {
      this.#facts.highestSentMs = Math.max(this.#facts.highestSentMs, timestampMs);
    }
    if (outcome.kind === "dropped") {
      log.error("sending samples", new Error(outcome.reason), { count: batch.length });
    }
  }
}

interface Source {
  readonly records: AsyncIterator<readonly SourceRecord[]>;
  /** Asked for already, and not looked at yet. */
  readonly next: Promise<IteratorResult<readonly SourceRecord[]>>;
}

function emptyWindow() {
  return { samplesIn: 0, samplesKept: 0, samplesOut: 0, sendingMs: 0 };
}

const noFloats: FloatRows = {
  count: 0,
  timestampsMs: new Float64Array(0),
  values: new Float64Array(0),
  startTimestampsMs: new Float64Array(0),
};
const nothing = { floats: noFloats, histograms: [], exemplars: [] } as const;

/** One sample as rows of its own; a copy of the bits, as the source's columns are used again. */
function floatOf(samples: SourceSamples, row: number) {
  const floats = {
    count: 1,
    timestampsMs: samples.timestampsMs.slice(row, row + 1),
    values: samples.values.slice(row, row + 1),
    startTimestampsMs: samples.startTimestampsMs?.slice(row, row + 1) ?? new Float64Array(1),
  };
  return { ...nothing, floats };
}

function timestampOf({
  floats,
  histograms,
  exemplars,
}: Omit<OutgoingSeries, "labels" | "metadata">) {
  return floats.timestampsMs[0] ?? histograms[0]?.timestampMs ?? exemplars[0]?.timestampMs ?? 0;
}
