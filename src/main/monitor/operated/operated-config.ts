/** Follows the Prometheus Operator's objects and keeps engine and Alertmanager at what they say. */
import { podMonitor, probe, prometheusRule, serviceMonitor } from "#api/monitoring/v1";
import { alertmanagerConfig, scrapeConfig } from "#api/monitoring/v1alpha1";
import type { Clock, Logger } from "#base";
import type { Client, InformerSet } from "#client";
import { ObjectFollower } from "../../objects/object-follower.ts";
import type { AlertmanagerPart } from "#operator";
import { EntryReader } from "./entry-reader.ts";
import type { MemoryFiles } from "./memory-files.ts";
import {
  type OperatedObjects,
  type Translation,
  translateObjects,
  type TranslationContext,
} from "./translation.ts";
import type { VerdictReporter } from "./verdict-reporter.ts";

/** What reads its configuration anew when it is told to; rejects with what is wrong with it. */
export interface Reloadable {
  reload(): Promise<unknown>;
}

export interface OperatedConfigDeps {
  readonly client: Client;
  readonly informers: InformerSet;
  readonly clock: Clock;
  readonly log: Logger;
  readonly files: MemoryFiles;
  readonly reporter: VerdictReporter;
  readonly context: Omit<TranslationContext, "entriesOf">;
  /** Resolves when the engine has its first configuration. */
  readonly engine: Promise<Reloadable>;
  /** Has Alertmanager go by these. */
  readonly applyAlerting: (parts: readonly AlertmanagerPart[]) => Promise<void>;
}

/** Secrets and ConfigMaps that objects refer to are read anew after this time. */
const rereadMs = 10_000;

export class OperatedConfig {
  readonly #deps: OperatedConfigDeps;
  readonly #informers;
  /** What Alertmanager was told last, as text. */
  #alerting: string | undefined = undefined;

  constructor(deps: OperatedConfigDeps) {
    this.#deps = deps;
    const { informers } = deps;
    this.#informers = {
      serviceMonitors: informers.of(serviceMonitor),
      podMonitors: informers.of(podMonitor),
      probes: informers.of(probe),
      scrapeConfigs: informers.of(scrapeConfig),
      rules: informers.of(prometheusRule),
      alertmanagerConfigs: informers.of(alertmanagerConfig),
    };
  }

  /** Follows until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const informers = Object.values(this.#informers);
    const deps = { ...this.#deps, what: "heeding monitoring objects", informers };
    await new ObjectFollower(deps).run(async (ending) => {
      const isRereading = await this.#sync(ending);
      return isRereading ? rereadMs : undefined;
    }, signal);
  }

  /** Whether there is something outside of the objects that may change. */
  async #sync(signal: AbortSignal): Promise<boolean> {
    const { files, reporter, log, applyAlerting } = this.#deps;
    const entries = new EntryReader(this.#deps.client);
    const translation = await this.#translate(entries, signal);
    if (files.replaceAll(translation.files)) {
      const engine = await this.#deps.engine;
      // A failure is told where it is somebody's business: it is the owner's file that is wrong.
      await engine.reload().catch(() => {});
      log.info("monitoring objects heeded", { objects: translation.verdicts.length });
    }
    await reporter.report(translation.verdicts, signal);
    const alerting = JSON.stringify(translation.alerting);
    if (alerting !== this.#alerting) {
      await applyAlerting(translation.alerting);
      this.#alerting = alerting;
    }
    return entries.isUsed;
  }

  async #translate(entries: EntryReader, signal: AbortSignal): Promise<Translation> {
    const context = {
      ...this.#deps.context,
      entriesOf: (namespace: string) => entries.of(namespace),
    };
    let translation = translateObjects(this.#objects(), context);
    while (entries.hasUnread) {
      await entries.read(signal);
      translation = translateObjects(this.#objects(), context);
    }
    return translation;
  }

  #objects(): OperatedObjects {
    const { serviceMonitors, podMonitors, probes } = this.#informers;
    const { scrapeConfigs, rules, alertmanagerConfigs } = this.#informers;
    return {
      serviceMonitors: serviceMonitors.cache.list(),
      podMonitors: podMonitors.cache.list(),
      probes: probes.cache.list(),
      scrapeConfigs: scrapeConfigs.cache.list(),
      rules: rules.cache.list(),
      alertmanagerConfigs: alertmanagerConfigs.cache.list(),
    };
  }
}
