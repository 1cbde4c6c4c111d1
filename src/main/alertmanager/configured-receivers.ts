import {
  type AlertmanagerSettings,
  inhibitRuleOf,
  type Integration,
  parseAlertmanagerConfig,
  type ReceiverConfig,
  resolveIntervals,
  routeSpecOf,
  routeTree,
  type ServerSettings,
  webhookIntegration,
} from "#alerting";
import { realClock, realDisk, realHttpConnector, realTimeZones } from "#host";
import { createHttpClient, type HttpClient } from "#outbound";
import { directoryOf, httpClientDefaults, inFile } from "#promconfig";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration file with everything opened that it names. */
export interface Configured {
  readonly settings: AlertmanagerSettings;
  readonly served: ServerSettings;
}

/** Makes the receivers of a configuration. Connections of older ones stay open while they are used. */
export class ConfiguredReceivers implements AsyncDisposable {
  readonly #deps: { readonly env: Environment; readonly externalUrl: string };
  readonly #clients: HttpClient[] = [];

  constructor(deps: { readonly env: Environment; readonly externalUrl: string }) {
    this.#deps = deps;
  }

  /** Reads the file. Rejects with a `ConfigError` that says where it is wrong. */
  async load(file: string): Promise<Configured> {
    const text = new TextDecoder().decode(await realDisk.readFile(file));
    const options = {
      directory: directoryOf(file),
      syntax: "either",
      zones: realTimeZones,
    } as const;
    const config = inFile(file, "", () => parseAlertmanagerConfig(text, options));
    const route = routeTree(routeSpecOf(config.route));
    return {
      settings: {
        route,
        inhibitRules: config.inhibitRules.map(inhibitRuleOf),
        receivers: new Map(config.receivers.map((one) => [one.name, this.#integrations(one)])),
        timeIntervals: new Map(
          config.timeIntervals.map((one) => [one.name, resolveIntervals(one, realTimeZones)]),
        ),
      },
      served: {
        route,
        receivers: config.receivers.map(({ name }) => name),
        resolveTimeoutMs: config.resolveTimeoutMs,
        original: config.shown,
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
  }

  #integrations({ webhooks }: ReceiverConfig): readonly Integration[] {
    const { env, externalUrl } = this.#deps;
    const variables = (name: string) => env[name];
    return webhooks.map((webhook, index) => {
      const client = createHttpClient(
        { connector: realHttpConnector, clock: realClock, disk: realDisk, env: variables },
        webhook.http ?? httpClientDefaults,
        "Alertmanager/0.34.0",
      );
      this.#clients.push(client);
      return webhookIntegration(
        { clock: realClock, client, disk: realDisk, externalUrl },
        webhook,
        index,
      );
    });
  }
}
