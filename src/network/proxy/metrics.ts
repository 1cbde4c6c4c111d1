/** What the service proxy tells about itself, under kube-proxy's names. */
import {
  type Clock,
  type Counter,
  exponentialBuckets,
  type HistogramMetric,
  type Meters,
} from "#base";
import type { ProxyObserver } from "./run.ts";

const prefix = "kubeproxy_sync_";
const buckets = exponentialBuckets(0.001, 2, 15);

export class ProxyMetrics implements ProxyObserver {
  readonly #clock: Clock;
  readonly #all: HistogramMetric;
  readonly #syncs: Readonly<Record<"full" | "partial", HistogramMetric>>;
  readonly #failures: Counter;
  #queuedAtMs = 0;
  #syncedAtMs = 0;

  constructor(meters: Meters, clock: Clock) {
    this.#clock = clock;
    const histogram = (name: string, help: string) =>
      meters.histogram({ name: `${prefix}${name}`, help, buckets }).with();
    this.#all = histogram("proxy_rules_duration_seconds", "SyncProxyRules latency in seconds");
    this.#syncs = {
      full: histogram(
        "full_proxy_rules_duration_seconds",
        "SyncProxyRules latency in seconds for full resyncs",
      ),
      partial: histogram(
        "partial_proxy_rules_duration_seconds",
        "SyncProxyRules latency in seconds for partial resyncs",
      ),
    };
    this.#failures = meters
      .counter({
        name: `${prefix}proxy_rules_nftables_sync_failures_total`,
        help: "Cumulative proxy nftables sync failures",
      })
      .with();
    const times = [
      [
        "last_timestamp_seconds",
        "The last time proxy rules were successfully synced",
        () => this.#syncedAtMs,
      ],
      [
        "last_queued_timestamp_seconds",
        "The last time a sync of proxy rules was queued",
        () => this.#queuedAtMs,
      ],
    ] as const;
    for (const [name, help, read] of times) {
      meters.sampled({ name: `${prefix}proxy_rules_${name}`, help }, "gauge", () => [
        { labelValues: [], value: read() / 1_000 },
      ]);
    }
  }

  queued(): void {
    this.#queuedAtMs = this.#clock.nowMs();
  }

  synced(kind: "full" | "partial", durationMs: number): void {
    this.#all.observe(durationMs / 1_000);
    this.#syncs[kind].observe(durationMs / 1_000);
    this.#syncedAtMs = this.#clock.nowMs();
  }

  failed(): void {
    this.#failures.add();
  }
}
