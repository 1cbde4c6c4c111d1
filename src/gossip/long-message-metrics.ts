import type { Counter, HistogramMetric, Meters } from "#base";

/** What is counted of the long messages of one state. */
export interface LongMessageFigures {
  readonly sent: Counter;
  readonly failed: Counter;
  readonly dropped: Counter;
  readonly duration: HistogramMetric;
}

const secondBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The figures by state, under upstream's names. */
export function longMessageMetrics(meters: Meters): (key: string) => LongMessageFigures {
  const counter = (what: string, help: string) =>
    meters.counter({
      name: `alertmanager_oversized_gossip_message_${what}_total`,
      help,
      labelNames: ["key"],
    });
  const sent = counter("sent", "Number of oversized gossip message sent.");
  const failed = counter("failure", "Number of oversized gossip message sends that failed.");
  const dropped = counter(
    "dropped",
    "Number of oversized gossip messages that were dropped due to a full message queue.",
  );
  const duration = meters.histogram({
    name: "alertmanager_oversize_gossip_message_duration_seconds",
    help: "Duration of oversized gossip message requests.",
    labelNames: ["key"],
    buckets: secondBuckets,
  });
  return (key) => ({
    sent: sent.with(key),
    failed: failed.with(key),
    dropped: dropped.with(key),
    duration: duration.with(key),
  });
}
