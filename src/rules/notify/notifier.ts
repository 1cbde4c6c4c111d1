import type { Clock, Logger, SummaryFigures } from "#base";
import type { HttpClient } from "#outbound";
import type { HttpClientConfig } from "#promconfig";
import type { Labels, RelabelRule } from "#series";
import type { Alert } from "../alert/alert-state.ts";
import {
  type AlertmanagerSettings,
  AlertmanagerSet,
  type FoundTargets,
} from "./alertmanager-set.ts";
import { relabelAlerts, sentAlerts } from "./sent-alert.ts";
import type { QueueOptions } from "./send-loop.ts";

export interface NotifierDeps {
  /** Makes a client, which is disposed of when its Alertmanagers are no longer configured. */
  readonly openClient: (config: HttpClientConfig) => HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface NotifierSettings {
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  readonly alertRelabelRules: readonly RelabelRule[];
  readonly alertmanagers: readonly AlertmanagerSettings[];
}

/** What the metrics show of one Alertmanager. */
export interface AlertmanagerFacts {
  readonly url: string;
  readonly sent: number;
  readonly errors: number;
  readonly dropped: number;
  readonly queueLength: number;
  /** Of requests that were answered well. */
  readonly latency: SummaryFigures;
}

/** Tells all Alertmanagers of the alerts that rules hand to it. */
export class Notifier {
  readonly #deps: NotifierDeps;
  readonly #queue: QueueOptions;
  /** Sets that are no longer configured and still send what waited. */
  readonly #ending = new Set<Promise<void>>();
  #settings: NotifierSettings = emptySettings;
  #sets: readonly AlertmanagerSet[] = [];
  #isStopped = false;

  constructor(deps: NotifierDeps, queue: QueueOptions) {
    this.#deps = deps;
    this.#queue = queue;
  }

  get queueCapacity(): number {
    return this.#queue.capacity;
  }

  /** Puts another configuration into place. Sets that are spoken to as before keep what they know. */
  apply(settings: NotifierSettings): void {
    this.#settings = settings;
    const former = [...this.#sets];
    this.#sets = settings.alertmanagers.map((wanted) => {
      const same = former.findIndex((set) => set.settings.fingerprint === wanted.fingerprint);
      const [kept] = same < 0 ? [] : former.splice(same, 1);
      return kept ?? this.#createSet(wanted);
    });
    for (const set of former) this.#end(set);
  }

  /** What discovery has found for the set of this place in the configuration. */
  setTargets(index: number, found: readonly FoundTargets[]): void {
    this.#sets[index]?.sync(found);
  }

  /** Queues the alerts of a rule, whose query is given. Nothing is taken any more once it is stopped. */
  notify(query: string, alerts: readonly Alert[]): void {
    if (this.#isStopped) return;
    const { alertRelabelRules, externalLabels, externalUrl } = this.#settings;
    const sent = sentAlerts(alerts, query, externalUrl);
    const relabelled = relabelAlerts(sent, alertRelabelRules, externalLabels);
    if (relabelled.length === 0) return;
    for (const set of this.#sets) set.send(relabelled);
  }

  /** Stops. Resolves when what waits was sent, or dropped if that is wanted. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const set of this.#sets) this.#end(set);
    await Promise.all(this.#ending);
  }

  /** The URLs of the Alertmanagers that are told. */
  active(): readonly string[] {
    return this.#sets.flatMap((set) => [...set.loops.keys()]);
  }

  /** The URLs of those that relabelling has left out. */
  dropped(): readonly string[] {
    return this.#sets.flatMap((set) => set.dropped);
  }

  facts(): readonly AlertmanagerFacts[] {
    return this.#sets.flatMap((set) =>
      Array.from(set.loops, ([url, loop]) => ({
        url,
        sent: loop.sentCount,
        errors: loop.errorCount,
        dropped: loop.droppedCount,
        queueLength: loop.queueLength,
        latency: loop.durations.summarize(this.#deps.clock.nowMs()),
      })),
    );
  }

  #createSet(settings: AlertmanagerSettings): AlertmanagerSet {
    const { clock, logger } = this.#deps;
    const client = this.#deps.openClient(settings.http);
    return new AlertmanagerSet({ client, clock, logger }, settings, this.#queue);
  }

  #end(set: AlertmanagerSet): void {
    const ending = set.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

const emptySettings: NotifierSettings = {
  externalLabels: [],
  externalUrl: "",
  alertRelabelRules: [],
  alertmanagers: [],
};
