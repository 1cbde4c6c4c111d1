/** Reading between servers: what others read of ours, and what our queries read of theirs. */
import type { Clock, Meters } from "#base";
import { createHttpClient, type HttpClient, type OutboundDeps } from "#outbound";
import { configIdentity, type PrometheusConfig, type RemoteReadConfig } from "#promconfig";
import {
  type AnswerKind,
  type ChunkCodec,
  fanOut,
  type ReadLimits,
  type ReadObserver,
  ReadServer,
  RemoteReader,
  RemoteStorage,
} from "#remote";
import type { Queryable } from "#series";
import { type Database, decodeChunk, encodeSamples, encodingNumber, encodingNumbered } from "#tsdb";
import { remoteNameOf } from "./remote-name.ts";

/** Chunks as the database makes them. */
const databaseChunks: ChunkCodec = {
  encode: (samples) =>
    encodeSamples(samples).map(({ chunk, minMs, maxMs }) => ({
      encoding: encodingNumber(chunk.encoding),
      bytes: chunk.bytes,
      minMs,
      maxMs,
    })),
  decode: ({ encoding, bytes }, buffer, minMs, maxMs) =>
    decodeChunk({ encoding: encodingNumbered(encoding), bytes }, buffer, minMs, maxMs),
};

export interface RemoteReadDeps {
  readonly outbound: OutboundDeps;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly meters: Meters;
}

export interface RemoteReadOptions {
  readonly limits: ReadLimits;
  /** The section in force. */
  readonly global: () => PrometheusConfig["global"];
}

interface Connected {
  readonly client: HttpClient;
  readonly storage: RemoteStorage;
}

/** Lets others read, and keeps the connections of a configuration to the servers that are read from. */
export class RemoteReads implements AsyncDisposable {
  /** The database and the servers of `remote_read` as one. */
  readonly storage: Queryable;
  readonly server: ReadServer;
  readonly #deps: RemoteReadDeps;
  readonly #database: Database;
  readonly #observe: (url: string, name: string) => ReadObserver;
  #connected: ReadonlyMap<string, Connected> = new Map();

  constructor(deps: RemoteReadDeps, database: Database, { limits, global }: RemoteReadOptions) {
    this.#deps = deps;
    this.#database = database;
    this.#observe = readObservers(deps.meters);
    this.storage = fanOut(database, () =>
      [...this.#connected.values()].map(({ storage }) => storage),
    );
    const externalLabels = () => global().externalLabels;
    const { clock } = deps;
    const { storage } = this;
    this.server = new ReadServer(
      { storage, chunks: databaseChunks, clock, externalLabels },
      limits,
    );
  }

  /** Reads from these servers from now on. Connections that did not change go on undisturbed. */
  async apply({ remoteRead, global }: PrometheusConfig): Promise<void> {
    const next = new Map<string, Connected>();
    for (const config of remoteRead) {
      const identity = configIdentity([config, global.externalLabels]);
      next.set(identity, this.#connected.get(identity) ?? this.#connect(config, global));
    }
    const gone = [...this.#connected].filter(([identity]) => !next.has(identity));
    this.#connected = next;
    await Promise.all(gone.map(([, { client }]) => client[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#connected.values()];
    this.#connected = new Map();
    await Promise.all(all.map(({ client }) => client[Symbol.asyncDispose]()));
  }

  #connect(config: RemoteReadConfig, { externalLabels }: PrometheusConfig["global"]): Connected {
    const { outbound, clock, userAgent } = this.#deps;
    const client = createHttpClient(outbound, config.http, userAgent);
    const observer = this.#observe(config.url, remoteNameOf(config, configIdentity(config)));
    const reader = new RemoteReader({ client, clock, chunks: databaseChunks, observer }, config);
    const storage = new RemoteStorage(reader, {
      externalLabels: config.filterExternalLabels ? externalLabels : [],
      requiredMatchers: config.requiredMatchers,
      readRecent: config.readRecent,
      localStartMs: () => completeSinceMs(this.#database, clock.nowMs()),
    });
    return { client, storage };
  }
}

/** The oldest block's beginning, later by twice a block's range, since a server takes time to start. */
function completeSinceMs({ blocks, options }: Database, nowMs: number): number {
  const oldestMs = blocks.blocks.reduce<number | undefined>(
    (oldest, { meta }) => Math.min(oldest ?? meta.minMs, meta.minMs),
    undefined,
  );
  return (oldestMs ?? nowMs) + 2 * options.blockRangeMs;
}

const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60];

/** Counts reads under upstream's names. */
function readObservers(meters: Meters): (url: string, name: string) => ReadObserver {
  const prefix = "prometheus_remote_read_client";
  const server = ["remote_name", "url"];
  const total = meters.counter({
    name: `${prefix}_queries_total`,
    help: "The total number of remote read queries.",
    labelNames: [...server, "response_type", "code"],
  });
  const running = meters.gauge({
    name: `${prefix}_queries`,
    help: "The number of in-flight remote read queries.",
    labelNames: server,
  });
  const durations = meters.histogram({
    name: `${prefix}_request_duration_seconds`,
    help: "How long remote reads took until the answer began.",
    labelNames: [...server, "response_type"],
    buckets: durationBuckets,
  });
  return (url, name) => {
    const gauge = running.with(name, url);
    return {
      begin() {
        gauge.add(1);
        return { [Symbol.dispose]: () => gauge.add(-1) };
      },
      answered: (kind: AnswerKind, seconds) => durations.with(name, url, kind).observe(seconds),
      counted: (kind: AnswerKind, code) => total.with(name, url, kind, code).add(),
    };
  };
}
