/** Alerts of one route with the same group labels, which are told of together. */
import type { Clock } from "#base";
import type { Labels } from "#series";
import { type Alert, compareAlerts, isResolved } from "../alert/alert.ts";
import type { GroupSnapshot } from "../notify/pipeline.ts";
import type { Route } from "../route/route.ts";

export interface GroupDeps {
  readonly clock: Clock;
  /** Tells of the group; whether everybody who had to be told was. */
  readonly notify: (group: GroupSnapshot, signal: AbortSignal) => Promise<boolean>;
  /**
   * When the program began. Until a route's `group_wait` after it nothing is told, however old an
   * alert is: what explains it may be reported a little later.
   */
  readonly startedAtMs: number;
  /** How long a flush that begins now may take, beside the group's interval. */
  readonly waitMs: () => number;
}

/** A flush has at least so long. */
const flushMsMin = 10_000;

export class AggregationGroup {
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly route: Route;
  readonly #deps: GroupDeps;
  readonly #alerts = new Map<string, Alert>();
  #timer: Disposable;
  #hasFlushed = false;
  #isFlushing = false;
  /** The timer ran out while a flush was under way. */
  #isDue = false;
  #isStopped = false;

  constructor(
    deps: GroupDeps,
    route: Route,
    labels: { readonly key: string; readonly group: Labels },
  ) {
    this.#deps = deps;
    this.route = route;
    this.groupKey = labels.key;
    this.groupLabels = labels.group;
    this.#timer = this.#schedule(route.options.groupWaitMs);
  }

  get isEmpty(): boolean {
    return this.#alerts.size === 0 && !this.#isFlushing;
  }

  list(): readonly Alert[] {
    return [...this.#alerts.values()].sort(compareAlerts);
  }

  insert(alert: Alert): void {
    this.#alerts.set(alert.fingerprint, alert);
    if (this.#hasFlushed) return;
    // It has waited as long already, with somebody else: before a restart or a reload.
    const nowMs = this.#deps.clock.nowMs();
    if (alert.startsAtMs + this.route.options.groupWaitMs < nowMs) this.#reschedule(0);
  }

  /** Ends the timer. What is being sent goes on. */
  stop(): void {
    this.#isStopped = true;
    this.#timer[Symbol.dispose]();
  }

  #schedule(delayMs: number): Disposable {
    const { clock, startedAtMs } = this.#deps;
    const holdMs = startedAtMs + this.route.options.groupWaitMs - clock.nowMs();
    return clock.schedule(Math.max(delayMs, holdMs), () => void this.#flush());
  }

  #reschedule(delayMs: number): void {
    this.#timer[Symbol.dispose]();
    this.#timer = this.#schedule(delayMs);
  }

  async #flush(): Promise<void> {
    if (this.#isStopped) return;
    if (this.#isFlushing) {
      this.#isDue = true;
      return;
    }
    this.#isFlushing = true;
    this.#hasFlushed = true;
    this.#reschedule(this.route.options.groupIntervalMs);
    try {
      await this.#notify();
    } finally {
      this.#isFlushing = false;
    }
    if (!this.#isDue) return;
    this.#isDue = false;
    await this.#flush();
  }

  async #notify(): Promise<void> {
    const { clock, notify, waitMs } = this.#deps;
    const { route, groupKey, groupLabels } = this;
    const nowMs = clock.nowMs();
    const alerts = this.list();
    if (alerts.length === 0) return;
    const controller = new AbortController();
    const timeoutMs = Math.max(route.options.groupIntervalMs, flushMsMin) + waitMs();
    using _timeout = clock.schedule(timeoutMs, () => controller.abort(new Error("out of time")));
    const group = { route, groupKey, groupLabels, alerts, nowMs };
    if (!(await notify(group, controller.signal))) return;
    for (const alert of alerts) {
      // One that fired again meanwhile is another alert by now.
      const isSame = this.#alerts.get(alert.fingerprint) === alert;
      if (isSame && isResolved(alert, nowMs)) this.#alerts.delete(alert.fingerprint);
    }
  }
}
