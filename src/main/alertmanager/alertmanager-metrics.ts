/** What the alerting part tells of itself, under the names that Alertmanager's dashboards know. */
import { md5 } from "@noble/hashes/legacy.js";
import type { Alertmanager, AlertmanagerDeps, FailureReason, Suppression } from "#alerting";
import { receiverKindNames, silenceState } from "#alerting";
import type { Clock, HttpHandler, Meters } from "#base";
import type { Configured } from "./configured-receivers.ts";

const reasons: readonly FailureReason[] = [
  "other",
  "clientError",
  "serverError",
  "contextCanceled",
  "contextDeadlineExceeded",
  "authError",
  "rateLimited",
];

/** What upstream calls the causes; an unchanged group is none of them. */
const suppressionReasons = {
  silenced: "silence",
  inhibited: "inhibition",
  muted: "mute_time_interval",
  inactive: "active_time_interval",
} as const;

const latencySeconds = [1, 5, 10, 15, 20];
const requestSeconds = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 2, 5, 20, 60];

export class AlertmanagerMetrics {
  readonly #meters: Meters;
  readonly #clock: Clock;
  readonly #received;
  readonly #invalid;
  readonly #notifications;
  readonly #failures;
  readonly #requests;
  readonly #requestFailures;
  readonly #suppressed;
  readonly #latency;
  readonly #templateFailures;
  readonly #integrations;
  readonly #receivers;
  readonly #hash;
  readonly #reloaded;
  readonly #reloadedAt;

  constructor(meters: Meters, clock: Clock) {
    this.#meters = meters;
    this.#clock = clock;
    const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
      meters.counter({ name: `alertmanager_${name}`, help, labelNames });
    const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
      meters.gauge({ name: `alertmanager_${name}`, help, labelNames });
    this.#received = counter("alerts_received_total", "The total number of received alerts.", [
      "status",
      "version",
    ]);
    this.#invalid = counter(
      "alerts_invalid_total",
      "The total number of received alerts that were invalid.",
      ["version"],
    );
    this.#notifications = counter(
      "notifications_total",
      "The total number of attempted notifications.",
      ["integration"],
    );
    this.#failures = counter(
      "notifications_failed_total",
      "The total number of failed notifications.",
      ["integration", "reason"],
    );
    this.#requests = counter(
      "notification_requests_total",
      "The total number of attempted notification requests.",
      ["integration"],
    );
    this.#requestFailures = counter(
      "notification_requests_failed_total",
      "The total number of failed notification requests.",
      ["integration"],
    );
    this.#suppressed = counter(
      "notifications_suppressed_total",
      "The total number of notifications suppressed for being silenced, inhibited, outside of active time intervals or within muted time intervals.",
      ["reason"],
    );
    this.#latency = meters.histogram({
      name: "alertmanager_notification_latency_seconds",
      help: "The latency of notifications in seconds.",
      labelNames: ["integration"],
      buckets: latencySeconds,
    });
    this.#templateFailures = meters.counter({
      name: "wherry_alertmanager_template_failures_total",
      help: "Texts whose template failed, so that a plain one was sent in their place.",
      labelNames: ["integration"],
    });
    this.#integrations = gauge("integrations", "Number of configured integrations.").with();
    this.#receivers = gauge("receivers", "Number of configured receivers.").with();
    this.#hash = gauge("config_hash", "Hash of the currently loaded alertmanager configuration.");
    this.#reloaded = gauge(
      "config_last_reload_successful",
      "Whether the last configuration reload attempt was successful.",
    ).with();
    this.#reloadedAt = gauge(
      "config_last_reload_success_timestamp_seconds",
      "Timestamp of the last successful configuration reload.",
    ).with();
    this.#begin();
  }

  /** Whether other instances can join. */
  clustered(isEnabled: boolean): void {
    const name = "alertmanager_cluster_enabled";
    const help = "Indicates whether the clustering is enabled or not.";
    this.#meters
      .gauge({ name, help })
      .with()
      .set(isEnabled ? 1 : 0);
  }

  /** What is asked of the running parts whenever somebody looks. */
  observe(manager: Alertmanager): void {
    const sampled = (
      name: string,
      help: string,
      counts: () => ReadonlyMap<string, number>,
    ): void => {
      const spec = { name: `alertmanager_${name}`, help, labelNames: ["state"] };
      this.#meters.sampled(spec, "gauge", () =>
        [...counts()].map(([state, value]) => ({ labelValues: [state], value })),
      );
    };
    sampled("alerts", "How many alerts by state.", () => alertCounts(manager));
    sampled(
      "marked_alerts",
      "How many alerts by state are currently marked in the Alertmanager regardless of their expiry.",
      () => alertCounts(manager),
    );
    sampled("silences", "How many silences by state.", () =>
      counted(
        ["active", "expired", "pending"],
        manager.silences.list().map((one) => silenceState(one, this.#clock.nowMs())),
      ),
    );
    this.#meters.sampled(
      {
        name: "alertmanager_dispatcher_aggregation_groups",
        help: "Number of active aggregation groups",
      },
      "gauge",
      () => [{ labelValues: [], value: manager.groups().length }],
    );
  }

  received(counts: {
    readonly firing: number;
    readonly resolved: number;
    readonly invalid: number;
  }) {
    this.#received.with("firing", "v2").add(counts.firing);
    this.#received.with("resolved", "v2").add(counts.resolved);
    this.#invalid.with("v2").add(counts.invalid);
  }

  readonly attempted: AlertmanagerDeps["onAttempt"] = (attempt) => {
    const { integration, durationMs, error } = attempt;
    if (attempt.isFirst) this.#notifications.with(integration).add();
    this.#requests.with(integration).add();
    this.#latency.with(integration).observe(durationMs / 1_000);
    if (error !== undefined) this.#requestFailures.with(integration).add();
  };

  failed(integration: string, reason: FailureReason): void {
    this.#failures.with(integration, reason).add();
  }

  suppressed({ cause }: Suppression, count: number): void {
    if (cause !== "unchanged") this.#suppressed.with(suppressionReasons[cause]).add(count);
  }

  templateFailed(integration: string): void {
    this.#templateFailures.with(integration).add();
  }

  loaded({ settings, source }: Configured): void {
    this.#reloaded.set(1);
    this.#reloadedAt.set(Math.floor(this.#clock.nowMs() / 1_000));
    this.#hash.with().set(hashOf(source));
    this.#receivers.set(settings.receivers.size);
    const entries = [...settings.receivers.values()];
    this.#integrations.set(entries.reduce((count, list) => count + list.length, 0));
  }

  refused(): void {
    this.#reloaded.set(0);
  }

  /** Counts what is asked over HTTP. */
  counting(handler: HttpHandler): HttpHandler {
    const inFlight = this.#meters.gauge({
      name: "alertmanager_http_requests_in_flight",
      help: "Current number of HTTP requests being processed.",
      labelNames: ["method"],
    });
    const durations = this.#meters.histogram({
      name: "alertmanager_http_request_duration_seconds",
      help: "Histogram of latencies for HTTP requests.",
      labelNames: ["handler", "method", "code"],
      buckets: requestSeconds,
    });
    inFlight.with("get");
    return {
      handle: async (request, signal) => {
        const startedMs = this.#clock.elapsedMs();
        const method =
          request.method === "GET" ? "get" : request.method === "POST" ? "post" : "other";
        inFlight.with(method).add(1);
        try {
          const response = await handler.handle(request, signal);
          const place = placeOf(request.target);
          durations
            .with(place, method, String(response.status))
            .observe((this.#clock.elapsedMs() - startedMs) / 1_000);
          return response;
        } finally {
          inFlight.with(method).add(-1);
        }
      },
      upgrade: (request, signal) => handler.upgrade(request, signal),
    };
  }

  /** Series are there from the start, so that rates have something to begin with. */
  #begin(): void {
    this.received({ firing: 0, resolved: 0, invalid: 0 });
    for (const integration of receiverKindNames) {
      for (const metric of [this.#notifications, this.#requests, this.#requestFailures]) {
        metric.with(integration);
      }
      this.#latency.with(integration);
      for (const reason of reasons) this.#failures.with(integration, reason);
    }
    for (const reason of Object.values(suppressionReasons)) this.#suppressed.with(reason);
  }
}

function alertCounts(manager: Alertmanager): ReadonlyMap<string, number> {
  const states = [...manager.alerts.list()].map(
    ({ fingerprint, labels }) => manager.statusOf(fingerprint, labels).state,
  );
  return counted(["active", "suppressed", "unprocessed"], states);
}

function counted(names: readonly string[], states: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map(names.map((name) => [name, 0]));
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

/** Paths whose requests are told apart; the rest is `/`, so that nobody can make up series. */
function placeOf(target: string): string {
  const [path = ""] = target.split("?", 1);
  const known =
    /^\/(?:api\/v2\/(?:status|receivers|silences|alerts\/groups|alerts)|metrics|-\/\w+)$/;
  if (path.startsWith("/api/v2/silence/")) return "/api/v2/silence/{silenceID}";
  return known.test(path) ? path : "/";
}

/** The first six bytes of the MD5 sum as a number, as upstream makes it. */
function hashOf(source: Uint8Array): number {
  const sum = md5(source);
  let value = 0;
  for (let index = 5; index >= 0; index--) value = value * 256 + (sum[index] ?? 0);
  return value;
}
