/** The cluster's own Alertmanager: told what AlertmanagerConfigs say, and alerts by the engine. */
import type { HttpHandler } from "#base";
import { alertingUrl, type ClusterConfig, within } from "#cli";
import { realClock, realDisk } from "#host";
import {
  type AlertmanagerProgram,
  type AlertmanagerSurroundings,
  runAlertmanager,
} from "../alertmanager/alertmanager.ts";
import { alertmanagerConfigOf, type AlertmanagerPart } from "#operator";
import { textResponse } from "#promapi";

/** Who adds to the configuration. */
type PartsSource = "objects" | "on-call";

interface AlertmanagerPlace {
  readonly directory: string;
  readonly config: Pick<ClusterConfig, "externalUrl">;
}

export class ClusterAlertmanager {
  /** Its HTTP interface, for the pages of the engine. */
  readonly handler: HttpHandler = {
    handle: async (request, signal) =>
      this.#program?.handler.handle(request, signal) ??
      textResponse(503, "the Alertmanager is still starting\n"),
    upgrade: async () => ({ kind: "refused", response: textResponse(400, "Bad Request\n") }),
  };
  readonly #directory: string;
  readonly #port: number;
  readonly #externalUrl: string;
  readonly #opened = Promise.withResolvers<AlertmanagerProgram>();
  readonly #parts = new Map<PartsSource, readonly AlertmanagerPart[]>();
  #program: AlertmanagerProgram | undefined = undefined;
  /** Settles when the last change is in force or was refused. */
  #applied: Promise<void> = Promise.resolve();

  constructor({ directory, config }: AlertmanagerPlace, port: number) {
    this.#directory = directory;
    this.#externalUrl = alertingUrl({ ...config, alertingPort: port });
    this.#port = port;
  }

  /** Puts what one source says into force, beside what the others say. Rejects when it is no configuration. */
  applyParts(source: PartsSource, parts: readonly AlertmanagerPart[]): Promise<void> {
    const applied = this.#applied.then(async () => {
      this.#parts.set(source, parts);
      const { reload } = await this.#opened.promise;
      const whole = alertmanagerConfigOf([...this.#parts.values()].flat());
      const text = `${JSON.stringify(whole, undefined, 1)}\n`;
      await realDisk.replaceFile(within.alertingConfig(this.#directory), text, { mode: 0o600 });
      await reload();
    });
    this.#applied = applied.catch(() => {});
    return applied;
  }

  /** Runs until the signal aborts. Nobody is told of anything before a configuration is applied. */
  async run(
    around: Pick<AlertmanagerSurroundings, "env" | "pagesDirectory" | "onCall">,
    signal: AbortSignal,
  ): Promise<void> {
    const configFile = within.alertingConfig(this.#directory);
    const storagePath = within.alerting(this.#directory);
    await realDisk.makeDirectory(storagePath, { mode: 0o700 });
    const known = await realDisk.findFile(configFile);
    if (known === undefined) {
      await realDisk.replaceFile(configFile, JSON.stringify(alertmanagerConfigOf([])));
    }
    const flags = {
      "config.file": configFile,
      "oncall.config-file": "",
      "storage.path": storagePath,
      "data.retention": "120h",
      "data.maintenance-interval": "15m",
      "alerts.gc-interval": "30m",
      "silences.max-silences": 0,
      "web.listen-address": [`127.0.0.1:${this.#port}`],
      "web.external-url": this.#externalUrl,
      // Whoever forwards requests to a path of its own address leaves that path out.
      "web.route-prefix": "/",
      "web.config.file": "",
      "log.level": "info",
      "log.format": "json",
    } as const;
    const onOpened = (program: AlertmanagerProgram) => {
      this.#program = program;
      this.#opened.resolve(program);
    };
    const files = { configFile, oncallConfigFile: undefined, webConfigFile: "" };
    const alone = { cluster: undefined, configNeed: "required" } as const;
    const settings = { flags, storagePath, ...alone, ...files };
    await runAlertmanager(settings, { ...around, clock: realClock, onOpened }, signal);
  }
}
