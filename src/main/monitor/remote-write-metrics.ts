import type { RemoteWriterFacts } from "#remote";
import type { Meters } from "#base";
import type { RemoteWrites } from "./remote-writes.ts";

interface Figure {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly read: (facts: RemoteWriterFacts) => number;
}

const figures: readonly Figure[] = [
  {
    name: "samples_total",
    help: "Samples that were sent, those sent again included.",
    type: "counter",
    read: (facts) => facts.sentSamples,
  },
  {
    name: "samples_failed_total",
    help: "Samples that the receiver refused.",
    type: "counter",
    read: (facts) => facts.failedSamples,
  },
  {
    name: "samples_retried_total",
    help: "Samples that had to be sent again.",
    type: "counter",
    read: (facts) => facts.retriedSamples,
  },
  {
    name: "samples_dropped_total",
    help: "Samples that relabelling or their age kept from being sent.",
    type: "counter",
    read: (facts) => facts.droppedSamples,
  },
  {
    name: "samples_pending",
    help: "Samples that wait to be sent.",
    type: "gauge",
    read: (facts) => facts.pendingSamples,
  },
  {
    name: "shards",
    help: "Connections that send at the same time.",
    type: "gauge",
    read: (facts) => facts.shards,
  },
  {
    name: "shards_desired",
    help: "Connections that would keep up.",
    type: "gauge",
    read: (facts) => facts.desiredShards,
  },
  {
    name: "queue_highest_sent_timestamp_seconds",
    help: "The time of the newest sample that was sent.",
    type: "gauge",
    read: (facts) => facts.highestSentMs / 1_000,
  },
  {
    name: "bytes_total",
    help: "Bytes that were sent, before compression.",
    type: "counter",
    read: (facts) => facts.sentBytes,
  },
];

/** How sending to other servers goes, under upstream's names. */
export function registerRemoteWriteMetrics(meters: Meters, writes: RemoteWrites): void {
  const labelNames = ["remote_name", "url"];
  for (const { name, help, type, read } of figures) {
    meters.sampled({ name: `prometheus_remote_storage_${name}`, help, labelNames }, type, () =>
      writes.facts().map(([url, remoteName, facts]) => ({
        labelValues: [remoteName, url],
        value: read(facts),
      })),
    );
  }
}
