import type { Meters } from "#base";
import { longMessageMetrics } from "./long-message-metrics.ts";
import type { ExchangeCounts, ExchangeKind } from "./exchanged-states.ts";

/** What is asked of the running cluster whenever somebody looks. */
export interface ClusterFigures {
  readonly memberCount: () => number;
  readonly position: () => number;
  readonly healthScore: () => number;
  readonly queuedCount: () => number;
  readonly lostCount: () => number;
}

const pingSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5];
const kinds: readonly ExchangeKind[] = ["full_state", "update"];

/** What a peer tells of its cluster, under the names that Alertmanager's dashboards know. */
export class ClusterMetrics implements ExchangeCounts {
  readonly #meters: Meters;
  readonly #received;
  readonly #receivedBytes;
  readonly #sent;
  readonly #sentBytes;
  readonly #alive;
  readonly #pings;
  readonly longMessages;
  readonly pruned;
  readonly conflicts;
  readonly joined;
  readonly left;
  readonly updated;
  readonly reconnected;
  readonly reconnectionsFailed;
  readonly refreshed;
  readonly refreshesFailed;

  constructor(meters: Meters) {
    this.#meters = meters;
    const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
      meters.counter({ name: `alertmanager_${name}`, help, labelNames });
    const plain = (name: string, help: string) => counter(`cluster_${name}`, help).with();
    const byKind = (name: string, help: string) => counter(`cluster_${name}`, help, ["msg_type"]);
    this.#received = byKind(
      "messages_received_total",
      "Total number of cluster messages received.",
    );
    this.#receivedBytes = byKind(
      "messages_received_size_total",
      "Total size of cluster messages received.",
    );
    this.#sent = byKind("messages_sent_total", "Total number of cluster messages sent.");
    this.#sentBytes = byKind("messages_sent_size_total", "Total size of cluster messages sent.");
    for (const kind of kinds) {
      for (const metric of [this.#received, this.#receivedBytes, this.#sent, this.#sentBytes]) {
        metric.with(kind);
      }
    }
    this.#alive = counter(
      "cluster_alive_messages_total",
      "Total number of received alive messages.",
      ["peer"],
    );
    this.#pings = meters.histogram({
      name: "alertmanager_cluster_pings_seconds",
      help: "Histogram of latencies for ping messages.",
      labelNames: ["peer"],
      buckets: pingSeconds,
    });
    this.longMessages = longMessageMetrics(meters);
    this.pruned = plain("messages_pruned_total", "Total number of cluster messages pruned.");
    this.conflicts = plain(
      "peer_name_conflicts_total",
      "Total number of times memberlist has noticed conflicting peer names",
    );
    this.joined = plain("peers_joined_total", "A counter of the number of peers that have joined.");
    this.left = plain("peers_left_total", "A counter of the number of peers that have left.");
    this.updated = plain(
      "peers_update_total",
      "A counter of the number of peers that have updated metadata.",
    );
    this.reconnected = plain(
      "reconnections_total",
      "A counter of the number of cluster peer reconnections.",
    );
    this.reconnectionsFailed = plain(
      "reconnections_failed_total",
      "A counter of the number of failed cluster peer reconnection attempts.",
    );
    this.refreshed = plain(
      "refresh_join_total",
      "A counter of the number of cluster peer joined via refresh.",
    );
    this.refreshesFailed = plain(
      "refresh_join_failed_total",
      "A counter of the number of failed cluster peer joined attempts via refresh.",
    );
  }

  observe(name: string, figures: ClusterFigures): void {
    const info = {
      name: "alertmanager_cluster_peer_info",
      help: "A metric with a constant '1' value labeled by peer name.",
      labelNames: ["peer"],
    };
    this.#meters.gauge(info).with(name).set(1);
    const sampled = (metric: string, help: string, value: () => number) =>
      this.#meters.sampled({ name: `alertmanager_${metric}`, help }, "gauge", () => [
        { labelValues: [], value: value() },
      ]);
    sampled(
      "cluster_members",
      "Number indicating current number of members in cluster.",
      figures.memberCount,
    );
    sampled(
      "peer_position",
      "Position the Alertmanager instance believes it's in. The position determines a peer's behavior in the cluster.",
      figures.position,
    );
    sampled(
      "cluster_health_score",
      "Health score of the cluster. Lower values are better and zero means 'totally healthy'.",
      figures.healthScore,
    );
    sampled(
      "cluster_messages_queued",
      "Number of cluster messages which are queued.",
      figures.queuedCount,
    );
    sampled(
      "cluster_failed_peers",
      "Number indicating the current number of failed peers in the cluster.",
      figures.lostCount,
    );
  }

  sent(kind: ExchangeKind, bytes: number): void {
    this.#sent.with(kind).add();
    this.#sentBytes.with(kind).add(bytes);
  }

  received(kind: ExchangeKind, bytes: number): void {
    this.#received.with(kind).add();
    this.#receivedBytes.with(kind).add(bytes);
  }

  alive(peer: string): void {
    this.#alive.with(peer).add();
  }

  answered(peer: string, durationMs: number): void {
    this.#pings.with(peer).observe(durationMs / 1_000);
  }
}
