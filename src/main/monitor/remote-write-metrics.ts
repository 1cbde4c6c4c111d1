/** How sending to other servers goes, under upstream's names. */
import type { HistogramMetric, Meters, MetricVector } from "#base";
import { type KindCounts, sentKinds } from "#remote";
import type { WalRecord } from "#tsdb";
import type { WriterState } from "./remote-writes.ts";

type Figure = readonly [
  type: "counter" | "gauge",
  name: string,
  help: string,
  read: (state: WriterState) => number,
];
type KindFigure = readonly [
  type: "counter" | "gauge",
  name: string,
  what: string,
  read: (counts: KindCounts) => number,
];

const labelNames = ["remote_name", "url"];
const prefix = "prometheus_remote_storage_";

const kindFigures: readonly KindFigure[] = [
  ["counter", "total", "that were sent, as often as that was tried", ({ sent }) => sent],
  ["counter", "failed_total", "that the receiver refused", ({ failed }) => failed],
  ["counter", "retried_total", "that had to be sent again", ({ retried }) => retried],
  ["gauge", "pending", "that wait to be sent", ({ pending }) => pending],
];

const figures: readonly Figure[] = [
  ["gauge", "shards", "Connections that send at the same time.", ({ facts }) => facts.shards],
  [
    "gauge",
    "shards_desired",
    "Connections that would keep up.",
    ({ facts }) => facts.desiredShards,
  ],
  [
    "gauge",
    "shards_max",
    "The most connections that may be.",
    ({ config }) => config.queue.maxShards,
  ],
  [
    "gauge",
    "shards_min",
    "The least connections that are kept.",
    ({ config }) => config.queue.minShards,
  ],
  [
    "gauge",
    "shard_capacity",
    "How much may wait at one connection.",
    ({ config }) => config.queue.capacity,
  ],
  [
    "gauge",
    "max_samples_per_send",
    "How much is sent at once.",
    ({ config }) => config.queue.maxSamplesPerSend,
  ],
  [
    "counter",
    "enqueue_retries_total",
    "How often something had to wait because a connection had no room for it.",
    ({ facts }) => facts.enqueueRetries,
  ],
  [
    "gauge",
    "queue_highest_timestamp_seconds",
    "The time of the newest sample that is to be sent.",
    ({ facts }) => facts.highestSeenMs / 1_000,
  ],
  [
    "gauge",
    "queue_highest_sent_timestamp_seconds",
    "The time of the newest sample that was sent.",
    ({ facts }) => facts.highestSentMs / 1_000,
  ],
  [
    "counter",
    "bytes_total",
    "Bytes that were sent, before compression.",
    ({ facts }) => facts.sentBytes,
  ],
  [
    "counter",
    "metadata_total",
    "Metadata that was sent, as often as that was tried.",
    ({ metadata }) => metadata.sent,
  ],
  [
    "counter",
    "metadata_failed_total",
    "Metadata that the receiver refused.",
    ({ metadata }) => metadata.failed,
  ],
  [
    "counter",
    "metadata_retried_total",
    "Metadata that had to be sent again.",
    ({ metadata }) => metadata.retried,
  ],
  [
    "counter",
    "metadata_bytes_total",
    "Bytes of metadata that were sent, before compression.",
    ({ metadata }) => metadata.bytes,
  ],
];

/** Shows how each server is sent to. */
export function showRemoteWrites(meters: Meters, states: () => readonly WriterState[]): void {
  for (const [type, name, help, read] of figures) {
    meters.sampled({ name: prefix + name, help, labelNames }, type, () =>
      states().map((state) => ({
        labelValues: [state.name, state.config.url],
        value: read(state),
      })),
    );
  }
  for (const kind of sentKinds) {
    for (const [type, name, what, read] of kindFigures) {
      const help = `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${what}.`;
      meters.sampled({ name: `${prefix}${kind}_${name}`, help, labelNames }, type, () =>
        states().map(({ name: remoteName, config, facts }) => ({
          labelValues: [remoteName, config.url],
          value: read(facts.counts[kind]),
        })),
      );
    }
    const dropped = {
      name: `${prefix}${kind}_dropped_total`,
      help: `What of ${kind} was not sent, and why not.`,
      labelNames: [...labelNames, "reason"],
    };
    meters.sampled(dropped, "counter", () =>
      states().flatMap(({ name: remoteName, config, facts }) =>
        Object.entries(facts.counts[kind].dropped).map(([reason, value]) => ({
          labelValues: [remoteName, config.url, reason],
          value,
        })),
      ),
    );
  }
}

/** What is counted as it happens. */
export interface RemoteWriteMeters {
  readonly batchSeconds: MetricVector<HistogramMetric>;
  /** For who reads the log for one server. */
  watcherOf(name: string): {
    onSegment(segment: number): void;
    onRecord(record: WalRecord): void;
  };
}

const batchBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300];

export function remoteWriteMeters(meters: Meters): RemoteWriteMeters {
  const consumer = ["consumer"];
  const segments = meters.gauge({
    name: "prometheus_wal_watcher_current_segment",
    help: "The segment of the log that is being read.",
    labelNames: consumer,
  });
  const records = meters.counter({
    name: "prometheus_wal_watcher_records_read_total",
    help: "Records that were read of the log, by type.",
    labelNames: ["consumer", "type"],
  });
  const zero = (name: string, help: string) =>
    meters.counter({ name: `prometheus_wal_watcher_${name}`, help, labelNames: consumer });
  // None of these happens here: reading ends at a record that is none, and nobody is notified.
  const never = [
    zero("record_decode_failures_total", "Records that could not be read."),
    zero("samples_sent_pre_tailing_total", "Samples that were sent before the log's end."),
    zero("notifications_skipped_total", "Notifications of new records that were skipped."),
  ];
  return {
    batchSeconds: meters.histogram({
      name: `${prefix}sent_batch_duration_seconds`,
      help: "How long a batch took until the receiver had taken or refused it.",
      labelNames,
      buckets: batchBuckets,
    }),
    watcherOf(name) {
      for (const counter of never) counter.with(name);
      return {
        onSegment: (segment) => segments.with(name).set(segment),
        onRecord: (record) => records.with(name, typeOf(record)).add(),
      };
    },
  };
}

/** As upstream calls the types of records. */
function typeOf(record: WalRecord): string {
  if (record.kind === "mmapMarkers") return "mmapmarkers";
  if (record.kind !== "histograms") return record.kind;
  const isFloat = record.histograms[0]?.sample.counts === "float";
  return isFloat ? "float_histogram_samples" : "histogram_samples";
}
