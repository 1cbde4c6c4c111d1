/** The cluster's own Alertmanager: told what AlertmanagerConfigs say, and alerts by the engine. */
import type { HttpHandler } from "#base";
import { within } from "#cli";
import { realClock, realDisk } from "#host";
import {
  type AlertmanagerProgram,
  type AlertmanagerSurroundings,
  runAlertmanager,
} from "../alertmanager/alertmanager.ts";
import { alertmanagerConfigOf } from "#operator";
import { textResponse } from "#promapi";

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
  readonly #opened = Promise.withResolvers<AlertmanagerProgram>();
  #program: AlertmanagerProgram | undefined = undefined;

  constructor(directory: string, port: number) {
    this.#directory = directory;
    this.#port = port;
  }

  /** Puts a configuration into force. Rejects when it is none. */
  async apply(text: string): Promise<void> {
    await realDisk.replaceFile(within.alertingConfig(this.#directory), text);
    const { reload } = await this.#opened.promise;
    await reload();
  }

  /** Runs until the signal aborts. Nobody is told of anything before a configuration is applied. */
  async run(
    { env, pagesDirectory }: Pick<AlertmanagerSurroundings, "env" | "pagesDirectory">,
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
      "web.external-url": "",
      "web.route-prefix": "",
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
    await runAlertmanager(
      settings,
      { clock: realClock, env, pagesDirectory, onCall: undefined, onOpened },
      signal,
    );
  }
}
