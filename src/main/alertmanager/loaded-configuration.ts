import type { Alertmanager } from "#alerting";
import { assert, type Logger } from "#base";
import type { AlertmanagerMetrics } from "./alertmanager-metrics.ts";
import type { Configured, ConfiguredReceivers } from "./configured-receivers.ts";

interface LoadDeps {
  readonly receivers: ConfiguredReceivers;
  readonly manager: Alertmanager;
  readonly metrics: AlertmanagerMetrics;
  readonly log: Logger;
}

/** The configuration that is in force, and its change for another. */
export class LoadedConfiguration {
  readonly #deps: LoadDeps;
  readonly #file: string;
  #current: Configured | undefined = undefined;

  constructor(deps: LoadDeps, file: string) {
    this.#deps = deps;
    this.#file = file;
  }

  get current(): Configured {
    assert(this.#current !== undefined, "a configuration is loaded before anybody asks");
    return this.#current;
  }

  /** Goes by the file as it is now. Rejects with what is wrong with it; then the old one stays. */
  async reload(): Promise<void> {
    const { receivers, manager, metrics, log } = this.#deps;
    try {
      const configured = await receivers.load(this.#file);
      manager.apply(configured.settings);
      this.#current = configured;
      metrics.loaded(configured);
      log.info("loaded configuration", { file: this.#file });
    } catch (error) {
      metrics.refused();
      log.error("loading the configuration failed; what was loaded before stays", error);
      throw error;
    }
  }
}
