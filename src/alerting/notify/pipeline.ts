/**
 * What a group goes through before somebody is told: inhibition, times, silences; then for each of
 * the receiver's integrations the question whether anything is new, the sending with its retries, and
 * the note of it in the log.
 */
import { type Clock, describeError, type Logger, type Random, sleep } from "#base";
import type { Labels } from "#series";
import { type Alert, isResolved } from "../alert/alert.ts";
import { alertHash } from "../alert/alert-hash.ts";
import type { Route } from "../route/route.ts";
import type { Inhibitor } from "../suppress/inhibitor.ts";
import type { Silences } from "../suppress/silences.ts";
import { quietTimes } from "../suppress/quiet-times.ts";
import type { TimeInterval } from "../suppress/time-interval.ts";
import {
  type FailureReason,
  type Integration,
  type Notification,
  SendError,
} from "./integration.ts";
import { type NotificationReason, notificationReason } from "./notification-reason.ts";
import type { LogKey, NotificationLog } from "./notification-log.ts";
import type { OnSuppressed, Suppression } from "./suppression.ts";

export interface PipelineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly silences: Silences;
  readonly notificationLog: NotificationLog;
  readonly peers: Peers;
  readonly onSuppressed: OnSuppressed;
  readonly onAttempt: (attempt: SendAttempt) => void;
  /** Hears of each notification that was given up. */
  readonly onFailed: (integration: string, reason: FailureReason) => void;
}

/** The other instances, which are told the same and should not all tell it. */
export interface Peers {
  /** How long this one waits now for those before it to tell their notifications. */
  readonly waitMs: number;
  /** Resolves when the state of the others is known, or will not be. */
  settled(signal: AbortSignal): Promise<void>;
}

export interface SendAttempt {
  readonly receiver: string;
  readonly integration: string;
  /** Whether the notification was not tried before. */
  readonly isFirst: boolean;
  readonly durationMs: number;
  /** Undefined when it got through. */
  readonly error: unknown;
}

/** What a configuration says about telling. */
export interface PipelineSettings {
  readonly inhibitor: Inhibitor;
  readonly receivers: ReadonlyMap<string, readonly Integration[]>;
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
}

/** A group at the moment of its flush. */
export interface GroupSnapshot {
  readonly route: Route;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly alerts: readonly Alert[];
  readonly nowMs: number;
}

export class Pipeline {
  readonly #deps: PipelineDeps;
  readonly #settings: PipelineSettings;
  readonly #underWay: SendsUnderWay;
  #flushCount = 0;
  #onIdle: (() => void) | undefined = undefined;

  /** `underWay` outlives a reload: what an older configuration sends is not sent again by this one. */
  constructor(deps: PipelineDeps, settings: PipelineSettings, underWay: SendsUnderWay) {
    this.#deps = deps;
    this.#settings = settings;
    this.#underWay = underWay;
  }

  /** Calls back once nothing is being told any more; nothing new may begin. */
  retire(onIdle: () => void): void {
    if (this.#flushCount === 0) onIdle();
    else this.#onIdle = onIdle;
  }

  /** Resolves to whether everybody who had to be told was. */
  async notify(group: GroupSnapshot, signal: AbortSignal): Promise<boolean> {
    this.#flushCount++;
    try {
      return await this.#flush(group, signal);
    } catch (error) {
      // Out of time before anybody could be told; the next flush tells.
      if (!signal.aborted) throw error;
      return false;
    } finally {
      this.#flushCount--;
      if (this.#flushCount === 0) this.#onIdle?.();
    }
  }

  async #flush(group: GroupSnapshot, signal: AbortSignal): Promise<boolean> {
    await this.#deps.peers.settled(signal);
    const alerts = this.#audible(group);
    if (alerts.length === 0) return true;
    const integrations = this.#settings.receivers.get(group.route.options.receiver) ?? [];
    const outcomes = await Promise.all(
      integrations.map((integration) => this.#tell(integration, { ...group, alerts }, signal)),
    );
    return outcomes.every((isTold) => isTold);
  }

  /** The alerts that nothing keeps quiet. */
  #audible(group: GroupSnapshot): readonly Alert[] {
    const { inhibitor } = this.#settings;
    const uninhibited = group.alerts.filter((alert) => {
      const found = inhibitor.inhibitionsOf(alert.labels, group.nowMs);
      if (found.length === 0) return true;
      const by = found.map(({ source }) => source);
      const rules = found.map(({ rule }) => rule.name);
      this.#suppress(group, [alert], { cause: "inhibited", by, rules });
      return false;
    });
    if (!this.#isTimeToTell(group, uninhibited)) return [];
    return uninhibited.filter((alert) => {
      const by = this.#deps.silences.silencing(alert.fingerprint, alert.labels);
      if (by.length > 0) this.#suppress(group, [alert], { cause: "silenced", by });
      return by.length === 0;
    });
  }

  #isTimeToTell(group: GroupSnapshot, alerts: readonly Alert[]): boolean {
    const { options } = group.route;
    const by = quietTimes(options, this.#settings.timeIntervals, group.nowMs);
    if (by.length === 0) return true;
    const isOutside = by === options.activeTimeIntervals;
    this.#suppress(
      group,
      alerts,
      isOutside ? { cause: "inactive", outside: by } : { cause: "muted", by },
    );
    return false;
  }

  /** Tells one integration, after whoever tells it of the same group already. */
  async #tell(
    integration: Integration,
    group: GroupSnapshot,
    signal: AbortSignal,
  ): Promise<boolean> {
    const key = {
      groupKey: group.groupKey,
      receiver: group.route.options.receiver,
      integration: integration.name,
      index: integration.index,
    };
    const { clock, peers } = this.#deps;
    if (peers.waitMs > 0) await sleep(clock, peers.waitMs, signal);
    return this.#underWay.inTurn(key, () => this.#tellWhenNew({ integration, group, key }, signal));
  }

  async #tellWhenNew(telling: Telling, signal: AbortSignal): Promise<boolean> {
    const { integration, group, key } = telling;
    const { notificationLog } = this.#deps;
    const { repeatIntervalMs } = group.route.options;
    const { sendsResolved } = integration;
    const state = stateOf(group);
    const options = { nowMs: group.nowMs, repeatIntervalMs, sendsResolved };
    const reason = notificationReason(notificationLog.find(key), state, options);
    if (reason === undefined) {
      this.#suppress(group, group.alerts, { cause: "unchanged" });
      return true;
    }
    const toldAtMs = await this.#send(telling, reason, signal);
    if (toldAtMs === undefined) return false;
    notificationLog.add({
      ...key,
      timestampMs: toldAtMs,
      firing: [...state.firing],
      resolved: [...state.resolved],
      expiresAtMs: group.nowMs + 2 * repeatIntervalMs,
    });
    return true;
  }

  /**
   * Tries until it gets through, cannot get through, or the time for it is over. Resolves to when it
   * got through: the flush's own moment unless there had to be another attempt, so that what is
   * repeated is repeated on time, and what was retried for long is not repeated at once.
   */
  async #send(
    { integration, group, key }: Telling,
    reason: NotificationReason,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const alerts = integration.sendsResolved
      ? group.alerts
      : group.alerts.filter((alert) => !isResolved(alert, group.nowMs));
    // Only the end of something, which this one does not want to hear of.
    if (alerts.length === 0) return group.nowMs;
    const { repeatIntervalMs, labels: routeLabels } = group.route.options;
    const { groupKey, groupLabels, nowMs } = group;
    const { receiver } = key;
    const notification = {
      groupKey,
      groupLabels,
      receiver,
      reason,
      alerts,
      nowMs,
      repeatIntervalMs,
      routeLabels,
    };
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt({ integration, notification, attempt }, signal);
      if (outcome === "told") return attempt === 0 ? nowMs : this.#deps.clock.nowMs();
      const isOver = outcome.kind === "failed" || signal.aborted;
      if (isOver) {
        const reason = signal.aborted ? "contextDeadlineExceeded" : outcome.reason;
        this.#deps.onFailed(integration.name, reason);
        return undefined;
      }
      try {
        await sleep(this.#deps.clock, backoffMs(attempt, this.#deps.random), signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        this.#deps.onFailed(integration.name, "contextDeadlineExceeded");
        return undefined;
      }
    }
  }

  async #attempt(
    sending: {
      readonly integration: Integration;
      readonly notification: Notification;
      readonly attempt: number;
    },
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { integration, notification, attempt } = sending;
    const { clock, log, onAttempt } = this.#deps;
    const startedMs = clock.elapsedMs();
    const { receiver } = notification;
    const note = (error: unknown) =>
      onAttempt({
        receiver,
        integration: integration.name,
        isFirst: attempt === 0,
        durationMs: clock.elapsedMs() - startedMs,
        error,
      });
    try {
      await integration.send(notification, signal);
      note(undefined);
      return "told";
    } catch (error) {
      // A receiver that fails must not end anybody else's notifications.
      note(error);
      const isRetryable = error instanceof SendError && error.isRetryable;
      const fields = { receiver, integration: integration.name, error: describeError(error) };
      log.warn("notify attempt failed", { ...fields, retry: isRetryable && !signal.aborted });
      const reason = error instanceof SendError ? error.reason : "other";
      return { kind: isRetryable ? "retry" : "failed", reason };
    }
  }

  #suppress({ groupKey, route }: GroupSnapshot, alerts: readonly Alert[], why: Suppression): void {
    if (alerts.length === 0) return;
    const fingerprints = alerts.map(({ fingerprint }) => fingerprint);
    const { receiver } = route.options;
    this.#deps.onSuppressed({ groupKey, receiver, fingerprints, ...why });
  }
}

type Outcome = "told" | { readonly kind: "retry" | "failed"; readonly reason: FailureReason };

interface Telling {
  readonly integration: Integration;
  readonly group: GroupSnapshot;
  readonly key: LogKey;
}

/** One at a time for each group and integration, across reloads. */
export class SendsUnderWay {
  readonly #last = new Map<string, Promise<unknown>>();

  async inTurn<T>(key: LogKey, act: () => Promise<T>): Promise<T> {
    const text = `${key.groupKey}:${key.receiver}/${key.integration}/${key.index}`;
    const before = this.#last.get(text);
    const turn = before === undefined ? act() : before.then(act, act);
    const end = turn.catch(() => {});
    this.#last.set(text, end);
    try {
      return await turn;
    } finally {
      if (this.#last.get(text) === end) this.#last.delete(text);
    }
  }
}

function stateOf({ alerts, nowMs }: GroupSnapshot) {
  const hashes = (isOver: boolean) =>
    new Set(
      alerts
        .filter((alert) => isResolved(alert, nowMs) === isOver)
        .map(({ labels }) => alertHash(labels)),
    );
  return { firing: hashes(false), resolved: hashes(true) };
}

const backoffFirstMs = 500;
const backoffMsMax = 60_000;

/** Half as long again each time, give or take a half. */
function backoffMs(attempt: number, random: Random): number {
  const base = Math.min(backoffFirstMs * 1.5 ** attempt, backoffMsMax);
  return base * (0.5 + random.fraction());
}
