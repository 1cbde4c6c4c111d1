/**
 * The whole of it: alerts come in, are grouped by the routing tree, kept quiet by what explains or
 * silences them, and told to receivers, again and again until they are over.
 *
 *   put → store → inhibitor, dispatcher → group → pipeline → integrations → notification log
 *
 * Alerts, silences and the notification log outlive a change of configuration, and what is being sent
 * is sent to its end; everything else is made anew from the configuration.
 */
import type { Clock, Logger, Random } from "#base";
import type { Labels } from "#series";
import { type Alert, isResolved } from "./alert/alert.ts";
import { AlertStore } from "./alert/alert-store.ts";
import type { AggregationGroup } from "./dispatch/aggregation-group.ts";
import { Dispatcher } from "./dispatch/dispatcher.ts";
import type { FailureReason, Integration } from "./notify/integration.ts";
import { type LogEntry, NotificationLog } from "./notify/notification-log.ts";
import { type Peers, Pipeline, type SendAttempt, SendsUnderWay } from "./notify/pipeline.ts";
import type { OnSuppressed } from "./notify/suppression.ts";
import type { Route } from "./route/route.ts";
import { type InhibitRule, Inhibitor } from "./suppress/inhibitor.ts";
import { type Silence, type SilenceLimits, Silences } from "./suppress/silences.ts";
import { quietTimes } from "./suppress/quiet-times.ts";
import type { TimeInterval } from "./suppress/time-interval.ts";

export interface AlertmanagerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly peers: Peers;
  readonly onSuppressed: OnSuppressed;
  readonly onAttempt: (attempt: SendAttempt) => void;
  readonly onFailed: (integration: string, reason: FailureReason) => void;
  /** Hear of what is to be saved, and told to peers. */
  readonly onSilence: (silence: Silence) => void;
  readonly onLogged: (entry: LogEntry) => void;
}

/** What a configuration comes to. */
export interface AlertmanagerSettings {
  readonly route: Route;
  readonly inhibitRules: readonly InhibitRule[];
  readonly receivers: ReadonlyMap<string, readonly Integration[]>;
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** Called when another configuration has taken its place, and nothing of this one is in use. */
  readonly onRetired: () => void;
}

/** What keeps an alert quiet now. */
export interface AlertStatus {
  readonly state: "unprocessed" | "active" | "suppressed";
  /** Fingerprints of the alerts that explain it. */
  readonly inhibitedBy: readonly string[];
  readonly silencedBy: readonly string[];
}

export class Alertmanager {
  readonly alerts = new AlertStore();
  readonly silences: Silences;
  readonly notificationLog: NotificationLog;
  readonly #deps: AlertmanagerDeps;
  readonly #startedAtMs: number;
  readonly #underWay = new SendsUnderWay();
  #applied: Applied | undefined = undefined;

  constructor(deps: AlertmanagerDeps, limits: SilenceLimits) {
    this.#deps = deps;
    this.#startedAtMs = deps.clock.nowMs();
    this.silences = new Silences(deps, limits, deps.onSilence);
    this.notificationLog = new NotificationLog(deps.onLogged);
  }

  /** Goes by a configuration from now on. */
  apply(settings: AlertmanagerSettings): void {
    const { clock, peers } = this.#deps;
    this.#applied?.[Symbol.dispose]();
    const inhibitor = new Inhibitor(settings.inhibitRules);
    // All of them first: a group that tells at once must know what explains its alerts.
    for (const alert of this.alerts.list()) inhibitor.note(alert);
    const { silences, notificationLog } = this;
    const deps = { ...this.#deps, silences, notificationLog };
    const pipeline = new Pipeline(deps, { ...settings, inhibitor }, this.#underWay);
    const dispatcher = new Dispatcher(
      {
        clock,
        notify: (group, signal) => pipeline.notify(group, signal),
        startedAtMs: this.#startedAtMs,
        waitMs: () => peers.waitMs,
      },
      settings.route,
    );
    const subscription = this.alerts.subscribe((alert) => {
      inhibitor.note(alert);
      dispatcher.dispatch(alert);
    });
    this.#applied = {
      timeIntervals: settings.timeIntervals,
      inhibitor,
      dispatcher,
      [Symbol.dispose]: () => {
        subscription[Symbol.dispose]();
        dispatcher.stop();
        pipeline.retire(settings.onRetired);
      },
    };
  }

  put(alerts: readonly Alert[]): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const alert of alerts) this.alerts.put(alert, nowMs);
  }

  groups(): readonly AggregationGroup[] {
    return this.#applied?.dispatcher.groups() ?? [];
  }

  /** The times that keep a route's groups quiet now, by their names. */
  mutedBy({ options }: Route): readonly string[] {
    const intervals = this.#applied?.timeIntervals ?? new Map();
    return quietTimes(options, intervals, this.#deps.clock.nowMs());
  }

  statusOf(fingerprint: string, labels: Labels): AlertStatus {
    const applied = this.#applied;
    if (applied === undefined) return { state: "unprocessed", inhibitedBy: [], silencedBy: [] };
    const found = applied.inhibitor.inhibitionsOf(labels, this.#deps.clock.nowMs());
    const inhibitedBy = found.map(({ source }) => source);
    const silencedBy = this.silences.silencing(fingerprint, labels);
    const isQuiet = inhibitedBy.length > 0 || silencedBy.length > 0;
    return { state: isQuiet ? "suppressed" : "active", inhibitedBy, silencedBy };
  }

  /** Forgets what is over: alerts and groups, silences after their retention, entries of the log. */
  collect(retentionMs: number): void {
    const nowMs = this.#deps.clock.nowMs();
    this.alerts.collect(nowMs);
    this.#applied?.inhibitor.collect(nowMs);
    this.#applied?.dispatcher.collect();
    this.silences.collect(retentionMs);
    this.notificationLog.collect(nowMs);
  }

  /** How many alerts fire, and how many are over and not yet forgotten. */
  count(): { readonly firing: number; readonly resolved: number } {
    const nowMs = this.#deps.clock.nowMs();
    let resolved = 0;
    for (const alert of this.alerts.list()) if (isResolved(alert, nowMs)) resolved++;
    return { firing: this.alerts.size - resolved, resolved };
  }

  /** No new notifications from now on. */
  stop(): void {
    this.#applied?.[Symbol.dispose]();
    this.#applied = undefined;
  }
}

interface Applied extends Disposable {
  readonly timeIntervals: AlertmanagerSettings["timeIntervals"];
  readonly inhibitor: Inhibitor;
  readonly dispatcher: Dispatcher;
}
