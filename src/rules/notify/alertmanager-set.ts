import type { Clock, Logger } from "#base";
import type { HttpClient } from "#outbound";
import type { HttpClientConfig } from "#promconfig";
import { labelPairs, type Labels, labelsOf, labelValue, relabel, type RelabelRule } from "#series";
import { postAlerts } from "./post-alerts.ts";
import { relabelAlerts, type SentAlert } from "./sent-alert.ts";
import { type QueueOptions, SendLoop } from "./send-loop.ts";

/** One set of Alertmanagers that are found and spoken to in the same way. */
export interface AlertmanagerSettings {
  /** Differs from that of any set that is spoken to in another way. */
  readonly fingerprint: string;
  readonly http: HttpClientConfig;
  readonly scheme: string;
  readonly pathPrefix: string;
  readonly timeoutMs: number;
  /** Which of those found are Alertmanagers, and where they listen. */
  readonly relabelRules: readonly RelabelRule[];
  readonly alertRelabelRules: readonly RelabelRule[];
}

/** Targets as discovery finds them; the labels of a target go before those of its group. */
export interface FoundTargets {
  readonly targets: readonly Labels[];
  readonly labels: Labels;
}

export interface AlertmanagerSetDeps {
  /** Disposed when the set has stopped. */
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

const addressLabel = "__address__";
const schemeLabel = "__scheme__";
const pathLabel = "__alerts_path__";

/** The Alertmanagers of one section of the configuration, each with a loop that sends to it. */
export class AlertmanagerSet {
  readonly settings: AlertmanagerSettings;
  readonly #deps: AlertmanagerSetDeps;
  readonly #queue: QueueOptions;
  readonly #loops = new Map<string, SendLoop>();
  readonly #running = new Set<Promise<void>>();
  #dropped: readonly string[] = [];

  constructor(deps: AlertmanagerSetDeps, settings: AlertmanagerSettings, queue: QueueOptions) {
    this.#deps = deps;
    this.settings = settings;
    this.#queue = queue;
  }

  /** Those that are told, by their URL. */
  get loops(): ReadonlyMap<string, SendLoop> {
    return this.#loops;
  }

  /** The URLs of those that relabelling has left out. */
  get dropped(): readonly string[] {
    return this.#dropped;
  }

  /** Begins to tell those that are new, and lets go of those that are there no more. */
  sync(found: readonly FoundTargets[]): void {
    const sorted = found.map((group) => this.#sort(group));
    this.#dropped = sorted.flatMap(({ dropped }) => dropped);
    const urls = new Set(sorted.flatMap(({ kept }) => kept));
    for (const url of urls) if (!this.#loops.has(url)) this.#begin(url);
    for (const [url, loop] of this.#loops) {
      if (urls.has(url)) continue;
      loop.stop();
      this.#loops.delete(url);
    }
  }

  send(alerts: readonly SentAlert[]): void {
    const { alertRelabelRules } = this.settings;
    const relabelled = relabelAlerts(alerts, alertRelabelRules, []);
    if (relabelled.length === 0) return;
    for (const loop of this.#loops.values()) loop.add(relabelled);
  }

  /** Stops telling anybody. Resolves when what waits was sent, or dropped if that is wanted. */
  async stop(): Promise<void> {
    for (const loop of this.#loops.values()) loop.stop();
    await Promise.all(this.#running);
    await this.#deps.client[Symbol.asyncDispose]();
  }

  #begin(url: string): void {
    const { client, clock } = this.#deps;
    const { timeoutMs } = this.settings;
    const logger = this.#deps.logger.child({ alertmanager: url });
    const post = (body: Uint8Array) => postAlerts({ client, clock }, { url, timeoutMs }, body);
    const loop = new SendLoop({ post, clock, logger }, this.#queue);
    this.#loops.set(url, loop);
    const running = loop.run().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #sort(group: FoundTargets): {
    readonly kept: readonly string[];
    readonly dropped: readonly string[];
  } {
    const { scheme, pathPrefix, relabelRules } = this.settings;
    const kept: string[] = [];
    const dropped: string[] = [];
    for (const target of group.targets) {
      const labels = labelsOf([
        ...labelPairs(group.labels),
        ...labelPairs(target),
        [schemeLabel, scheme],
        [pathLabel, alertsPath(pathPrefix)],
      ]);
      const relabelled = relabel(labels, relabelRules);
      if (relabelled === undefined) dropped.push(urlOf(labels));
      else if (labelValue(relabelled, addressLabel).includes("/")) this.#tellInvalid(relabelled);
      else kept.push(urlOf(relabelled));
    }
    return { kept, dropped };
  }

  #tellInvalid(labels: Labels): void {
    const address = labelValue(labels, addressLabel);
    this.#deps.logger.warn("not a valid address of an Alertmanager", { address });
  }
}

function urlOf(labels: Labels): string {
  const [scheme, address, path] = [schemeLabel, addressLabel, pathLabel].map((name) =>
    labelValue(labels, name),
  );
  return `${scheme}://${address}${path}`;
}

function alertsPath(prefix: string): string {
  const parts = `${prefix}/api/v2/alerts`.split("/").filter((part) => part !== "");
  return `/${parts.join("/")}`;
}
