/**
 * Scenarios on the virtual clock, in a short notation: what is reported when, and what every receiver
 * was told when. All of it is compared, so that nothing is told that is not expected.
 *
 *   reports  `1 +a +b{job=x}`   at second 1, a and b begin to fire
 *            `5 -a`             at second 5, a is over
 *   told     `2 hook: a b`      at second 2 the receiver hook was told that a and b fire
 *            `6 hook: b -a`     and that a is over
 */
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { createMatcher, type Labels, labelsOf, labelValue } from "#series";
import { type Alert, alertOf, isResolved } from "./alert/alert.ts";
import { Alertmanager, type AlertmanagerSettings } from "./alertmanager.ts";
import { type Integration, type Notification, SendError } from "./notify/integration.ts";
import type { LogEntry } from "./notify/notification-log.ts";
import type { Peers } from "./notify/pipeline.ts";
import { type RouteSpec, routeTree } from "./route/route.ts";
import type { InhibitRule } from "./suppress/inhibitor.ts";
import type { Silence } from "./suppress/silences.ts";
import type { TimeInterval } from "./suppress/time-interval.ts";

export const alone: Peers = { waitMs: 0, settled: () => Promise.resolve() };

export interface ScenarioOptions {
  readonly route: RouteSpec;
  readonly inhibitRules?: readonly InhibitRule[];
  readonly timeIntervals?: ReadonlyMap<string, readonly TimeInterval[]>;
  readonly peers?: Peers;
  /** Receivers with one webhook each; the notation's name, and what is special about it. */
  readonly receivers?: Readonly<Record<string, Partial<HookOptions>>>;
  readonly clock?: VirtualClock;
  readonly onRetired?: () => void;
  readonly onLogged?: (entry: LogEntry) => void;
  readonly onSilence?: (silence: Silence) => void;
}

export interface HookOptions {
  readonly sendsResolved: boolean;
  /** Attempts that fail first, and how. */
  readonly failures: number;
  readonly isRetryable: boolean;
  /** How long it takes to answer. */
  readonly delayMs: number;
}

const hookDefaults: HookOptions = {
  sendsResolved: true,
  failures: 0,
  isRetryable: true,
  delayMs: 0,
};

export class Scenario {
  readonly clock: VirtualClock;
  readonly manager: Alertmanager;
  /** What was told, in order. */
  readonly told: string[] = [];
  /** What was left out and why: `2 silenced a`. */
  readonly suppressed: string[] = [];
  readonly #startMs: number;
  readonly #names = new Map<string, string>();

  constructor(options: ScenarioOptions) {
    this.clock = options.clock ?? new VirtualClock();
    this.#startMs = this.clock.nowMs();
    this.manager = new Alertmanager(
      {
        clock: this.clock,
        random: seededRandom(1),
        log: silentLogger,
        peers: options.peers ?? alone,
        onSuppressed: ({ cause, fingerprints }) => {
          const names = fingerprints.map((fingerprint) => this.#names.get(fingerprint) ?? "?");
          this.suppressed.push(`${this.second()} ${cause} ${names.join(" ")}`);
        },
        onAttempt: () => {},
        onFailed: () => {},
        onSilence: options.onSilence ?? (() => {}),
        onLogged: options.onLogged ?? (() => {}),
      },
      { silencesMax: 0 },
    );
    this.apply(options);
  }

  /** Applies a configuration, as a reload does. */
  apply(options: ScenarioOptions): void {
    this.manager.apply(this.#settingsOf(options));
  }

  /** Runs until a second of the scenario. */
  async until(second: number): Promise<void> {
    await this.clock.advance(this.#startMs + second * 1000 - this.clock.nowMs());
  }

  /** Reports what the lines say, each in its time. */
  async report(...lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const [second = "0", ...words] = line.split(" ");
      await this.until(Number(second));
      this.manager.put(words.map((word) => this.#alertOf(word)));
    }
  }

  second(): number {
    return (this.clock.nowMs() - this.#startMs) / 1000;
  }

  #alertOf(word: string): Alert {
    const labels = labelsIn(word.slice(1));
    const nowMs = this.clock.nowMs();
    const known = this.manager.alerts.find(alertOf({ ...blank, labels }).fingerprint);
    const startsAtMs = known !== undefined && !isResolved(known, nowMs) ? known.startsAtMs : nowMs;
    const isOver = word.startsWith("-");
    const alert = alertOf({
      ...blank,
      labels,
      startsAtMs,
      endsAtMs: isOver ? nowMs : nowMs + farMs,
      updatedAtMs: nowMs,
      isTimeout: !isOver,
    });
    this.#names.set(alert.fingerprint, nameOf(labels));
    return alert;
  }

  #settingsOf(options: ScenarioOptions): AlertmanagerSettings {
    const names = new Set([...receiversOf(options.route), ...Object.keys(options.receivers ?? {})]);
    const receivers = [...names].map((name) => {
      const hook = { ...hookDefaults, ...options.receivers?.[name] };
      return [name, [this.#hook(name, hook)]] as const;
    });
    return {
      route: routeTree(options.route),
      inhibitRules: options.inhibitRules ?? [],
      receivers: new Map(receivers),
      timeIntervals: options.timeIntervals ?? new Map(),
      onRetired: options.onRetired ?? (() => {}),
    };
  }

  #hook(name: string, options: HookOptions): Integration {
    let failures = options.failures;
    return {
      name: "webhook",
      index: 0,
      sendsResolved: options.sendsResolved,
      send: async (notification) => {
        const second = this.second();
        if (options.delayMs > 0) {
          await new Promise<void>((resolve) => this.clock.schedule(options.delayMs, resolve));
        }
        if (failures > 0) {
          failures--;
          throw new SendError("refused", { isRetryable: options.isRetryable });
        }
        this.told.push(`${second} ${name}: ${shown(notification)}`);
      },
    };
  }
}

/** `{job="x"}` and the like, as `job=x` or `job=~x|y`. */
export function matchersIn(text: string) {
  return text.split(" ").map((word) => {
    const [, name = "", operator = "=", value = ""] =
      /^([^=!~]+)(=~|!~|!=|=)(.*)$/.exec(word) ?? [];
    return createMatcher(operatorOf(operator), name, value);
  });
}

/** An alert that is not reported again is over after half an hour. */
const farMs = 1_800_000;
const blank = {
  annotations: [],
  generatorUrl: "",
  startsAtMs: 0,
  endsAtMs: 0,
  updatedAtMs: 0,
  isTimeout: false,
};

function operatorOf(text: string): "=" | "!=" | "=~" | "!~" {
  return text === "=~" || text === "!~" || text === "!=" ? text : "=";
}

/** `a{job=x,team=y}`: the first word is the alert's name. */
function labelsIn(text: string): Labels {
  const [name = "", rest = ""] = text.replace("}", "").split("{");
  const pairs = rest
    .split(",")
    .filter((pair) => pair !== "")
    .map((pair) => pair.split("="));
  return labelsOf([
    ["alertname", name],
    ...pairs.map(([label = "", value = ""]) => [label, value] as const),
  ]);
}

function nameOf(labels: Labels): string {
  const rest: string[] = [];
  for (let index = 0; index < labels.length; index += 2) {
    if (labels[index] !== "alertname") rest.push(`${labels[index]}=${labels[index + 1]}`);
  }
  const name = labelValue(labels, "alertname");
  return rest.length === 0 ? name : `${name}{${rest.join(",")}}`;
}

function shown({ alerts, nowMs }: Notification): string {
  return alerts
    .map((alert) => `${isResolved(alert, nowMs) ? "-" : ""}${nameOf(alert.labels)}`)
    .sort()
    .join(" ");
}

function receiversOf({ receiver, routes = [] }: RouteSpec): readonly string[] {
  return [...(receiver === undefined ? [] : [receiver]), ...routes.flatMap(receiversOf)];
}
