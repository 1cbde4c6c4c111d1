import type { Meters } from "#base";
import type { AgentStorage } from "./agent-storage.ts";

type Family = readonly [
  type: "counter" | "gauge",
  name: string,
  help: string,
  read: (storage: AgentStorage) => number,
];

/** Registers what the storage tells of itself, with upstream's names. */
export function registerAgentMetrics(meters: Meters, storage: AgentStorage): void {
  for (const [type, name, help, read] of families) {
    meters.sampled({ name: `prometheus_agent_${name}`, help }, type, () => [
      { labelValues: [], value: read(storage) },
    ]);
  }
  const { counters } = storage;
  const appended = {
    name: "prometheus_agent_samples_appended_total",
    help: "Samples that were taken.",
    labelNames: ["type"],
  };
  meters.sampled(appended, "counter", () => [
    { labelValues: ["float"], value: counters.floats },
    { labelValues: ["histogram"], value: counters.histograms },
  ]);
  const truncated = {
    name: "prometheus_agent_truncate_duration_seconds",
    help: "How long truncations of the log took.",
  };
  meters.summary(truncated, () => [
    {
      labelValues: [],
      value: { sum: counters.truncationSeconds, count: counters.truncations, quantiles: [] },
    },
  ]);
}

const families: readonly Family[] = [
  [
    "gauge",
    "active_series",
    "Series that got samples lately, or may be about to.",
    ({ series }) => series.count,
  ],
  [
    "gauge",
    "deleted_series",
    "Series that are gone while the log may have samples of them.",
    ({ goneCount }) => goneCount,
  ],
  [
    "counter",
    "exemplars_appended_total",
    "Exemplars that were taken.",
    ({ counters }) => counters.exemplars,
  ],
  [
    "counter",
    "out_of_order_samples_total",
    "Samples that were refused because their series is further in time.",
    ({ counters }) => counters.outOfOrder,
  ],
  [
    "counter",
    "corruptions_total",
    "Places where the log was damaged.",
    ({ counters }) => counters.corruptions,
  ],
  [
    "gauge",
    "data_replay_duration_seconds",
    "How long it took to read the log at the start.",
    ({ counters }) => counters.replaySeconds,
  ],
  [
    "counter",
    "checkpoint_creations_total",
    "Checkpoints that were begun.",
    ({ counters }) => counters.checkpoints,
  ],
  [
    "counter",
    "checkpoint_creations_failed_total",
    "Checkpoints that could not be written.",
    ({ counters }) => counters.checkpointsFailed,
  ],
  [
    "counter",
    "checkpoint_deletions_total",
    "How often old checkpoints were to be removed.",
    ({ counters }) => counters.checkpointRemovals,
  ],
  [
    "counter",
    "checkpoint_deletions_failed_total",
    "How often they could not be.",
    ({ counters }) => counters.checkpointRemovalsFailed,
  ],
];
