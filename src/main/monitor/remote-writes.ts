/** The connections to the servers that everything appended here is sent to. */
import { type Clock, type Disk, type Logger, type Meters, type Zstd } from "#base";
import { createHttpClient, type OutboundDeps } from "#outbound";
import {
  configIdentity,
  type PrometheusConfig,
  type RemoteWriteConfig,
  relabelRules,
} from "#promconfig";
import {
  type FamilyMetadata,
  type MetadataCounts,
  MetadataSender,
  RemoteWriter,
  type RemoteWriterFacts,
  type SourceRecord,
} from "#remote";
import { followWal, type WalRecord } from "#tsdb";
import { remoteNameOf } from "./remote-name.ts";
import {
  type RemoteWriteMeters,
  remoteWriteMeters,
  showRemoteWrites,
} from "./remote-write-metrics.ts";

export interface RemoteWriteDeps {
  readonly outbound: OutboundDeps;
  readonly disk: Pick<Disk, "listDirectory" | "openRead">;
  readonly zstd: Zstd;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the database is. */
  readonly storagePath: string;
  readonly userAgent: string;
  readonly meters: Meters;
  /** What is known of metrics now. */
  readonly families: () => Iterable<FamilyMetadata>;
}

/** A server that is sent to: its section, the name that it has here, and how it does. */
export interface WriterState {
  readonly config: RemoteWriteConfig;
  readonly name: string;
  readonly facts: RemoteWriterFacts;
  readonly metadata: MetadataCounts;
}

interface Running {
  readonly config: RemoteWriteConfig;
  readonly name: string;
  readonly writer: RemoteWriter;
  readonly metadata: MetadataSender;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Starts, keeps and ends the writers of a configuration. */
export class RemoteWrites {
  readonly #deps: RemoteWriteDeps;
  readonly #metrics: RemoteWriteMeters;
  #running = new Map<string, Running>();

  constructor(deps: RemoteWriteDeps) {
    this.#deps = deps;
    this.#metrics = remoteWriteMeters(deps.meters);
    showRemoteWrites(deps.meters, () => this.facts());
  }

  /** Sends to these servers from now on. Connections that did not change go on undisturbed. */
  apply({ remoteWrite, global }: PrometheusConfig): void {
    const next = new Map<string, Running>();
    for (const config of remoteWrite) {
      const identity = configIdentity([config, global.externalLabels]);
      const known = this.#running.get(identity);
      next.set(identity, known ?? this.#start(config, global, remoteNameOf(config, identity)));
    }
    for (const [identity, { controller }] of this.#running) {
      if (!next.has(identity)) controller.abort(new Error("no longer configured"));
    }
    this.#running = next;
  }

  /** How each does. */
  facts(): readonly WriterState[] {
    return Array.from(this.#running.values(), ({ config, name, writer, metadata }) => ({
      config,
      name,
      facts: writer.facts(),
      metadata: metadata.counts(),
    }));
  }

  /** Up to when every server has got everything; 0 when there is none. */
  lowestSentMs(): number {
    const sent = [...this.#running.values()].map(({ writer }) => writer.facts().highestSentMs);
    return sent.length === 0 ? 0 : Math.min(...sent);
  }

  /** Sends until the signal aborts, then what waits. */
  async run(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    for (const { controller } of this.#running.values()) controller.abort(signal.reason);
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #start(config: RemoteWriteConfig, global: PrometheusConfig["global"], name: string): Running {
    const { outbound, userAgent, clock, disk, zstd, storagePath } = this.#deps;
    const client = createHttpClient(outbound, config.http, userAgent);
    const controller = new AbortController();
    const log = this.#deps.log.child({ url: config.url });
    const { onSegment, onRecord } = this.#metrics.watcherOf(name);
    const records = (signal: AbortSignal) => {
      const followed = followWal({ disk, zstd, clock, onSegment }, `${storagePath}/wal`, signal);
      return sentRecords(followed, onRecord);
    };
    const batchSeconds = this.#metrics.batchSeconds.with(name, config.url);
    const writer = new RemoteWriter({ client, clock, log, records, batchSeconds }, config, {
      externalLabels: global.externalLabels,
      rules: relabelRules(config.writeRelabelConfigs, global.nameScheme),
    });
    const { families } = this.#deps;
    const metadata = new MetadataSender({ client, clock, log, families }, config);
    const run = async () => {
      try {
        await Promise.all([writer.run(controller.signal), metadata.run(controller.signal)]);
      } catch (error) {
        // One server that cannot be written to must not end the others.
        log.error("remote write ended", error);
      } finally {
        await client[Symbol.asyncDispose]();
      }
    };
    return { config, name, writer, metadata, controller, ended: run() };
  }
}

/** What of the log is sent: not what only concerns this database. */
async function* sentRecords(
  log: AsyncIterable<readonly WalRecord[]>,
  onRecord: (record: WalRecord) => void,
): AsyncGenerator<readonly SourceRecord[]> {
  for await (const records of log) {
    for (const record of records) onRecord(record);
    yield records.flatMap((record): SourceRecord[] =>
      record.kind === "tombstones" || record.kind === "mmapMarkers" ? [] : [record],
    );
  }
}
