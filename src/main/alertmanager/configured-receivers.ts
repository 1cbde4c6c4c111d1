import {
  type AlertmanagerSettings,
  inhibitRuleOf,
  type Integration,
  NotificationTemplates,
  renderedRouteLabels,
  parseAlertmanagerConfig,
  type AlertmanagerConfig,
  type ReceiverDeps,
  type ReceiverConfig,
  resolveIntervals,
  routeSpecOf,
  routeTree,
  type ServerSettings,
  type TakeOnCall,
} from "#alerting";
import type { Clock, Logger } from "#base";
import { TemplateError } from "#gotemplate";
import {
  realDisk,
  realHttpConnector,
  realMachine,
  realSecureDialer,
  realTimeZones,
  systemRandom,
} from "#host";
import { createHttpClient, type HttpClient } from "#outbound";
import { ConfigError, directoryOf, expandGlob, inFile } from "#promconfig";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration file with everything opened that it names. */
export interface Configured {
  readonly settings: AlertmanagerSettings;
  readonly served: ServerSettings;
  /** The bytes of the file, for its identity. */
  readonly source: Uint8Array;
}

export interface ReceiverSettings {
  readonly clock: Clock;
  readonly env: Environment;
  readonly externalUrl: string;
  readonly log: Logger;
  readonly onTemplateFailure: (integration: string) => void;
  /** Undefined where nobody is on call. */
  readonly takeOnCall: TakeOnCall | undefined;
  /** What to go by while there is no file; undefined where there has to be one. */
  readonly textWithoutFile: string | undefined;
}

/** Makes the receivers of configurations. Connections end with the last notification of theirs. */
export class ConfiguredReceivers implements AsyncDisposable {
  readonly #settings: ReceiverSettings;
  readonly #clients = new Set<HttpClient>();

  constructor(settings: ReceiverSettings) {
    this.#settings = settings;
  }

  /** Reads the file. Rejects with a `ConfigError` that says where it is wrong. */
  async load(file: string): Promise<Configured> {
    const source = await this.#sourceOf(file);
    const options = {
      directory: directoryOf(file),
      syntax: "either",
      zones: realTimeZones,
    } as const;
    const text = new TextDecoder().decode(source);
    const config = inFile(file, "", () => parseAlertmanagerConfig(text, options));
    const templates = await readTemplates(config.templates);
    const { hostname } = await realMachine.describe();
    const clients: HttpClient[] = [];
    const deps = (integration: string) =>
      this.#depsOf(integration, { templates, hostname, clients });
    const receivers = new Map(
      config.receivers.map((one) => [one.name, integrationsOf(one, deps)] as const),
    );
    for (const client of clients) this.#clients.add(client);
    const onRetired = () => void this.#close(clients);
    const settings = settingsOf(config, { receivers, onRetired }, this.#routeLabelsBy(templates));
    return { source, ...settings };
  }

  /** Shows route labels as a notification would have them. */
  #routeLabelsBy(templates: NotificationTemplates): ServerSettings["routeLabelsOf"] {
    const { externalUrl, log } = this.#settings;
    const onTemplateFailure = (problem: string) =>
      log.debug("a route label cannot be rendered", { problem });
    return ({ route: { options }, ...group }) => {
      const { receiver, repeatIntervalMs, labels: routeLabels } = options;
      const rest = { receiver, repeatIntervalMs, routeLabels, reason: "unknown" } as const;
      return renderedRouteLabels(
        { ...group, ...rest },
        { templates, externalUrl, onTemplateFailure },
      );
    };
  }

  async #sourceOf(file: string): Promise<Uint8Array> {
    const { textWithoutFile, log } = this.#settings;
    if (textWithoutFile === undefined) return realDisk.readFile(file);
    const found = await realDisk.findFile(file);
    if (found !== undefined) return found;
    log.info("there is no such file, so every alert goes to the people on call", { file });
    return new TextEncoder().encode(textWithoutFile);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close([...this.#clients]);
  }

  async #close(clients: readonly HttpClient[]): Promise<void> {
    for (const client of clients) {
      if (this.#clients.delete(client)) await client[Symbol.asyncDispose]();
    }
  }

  #depsOf(
    integration: string,
    opened: {
      readonly templates: NotificationTemplates;
      readonly hostname: string;
      readonly clients: HttpClient[];
    },
  ): ReceiverDeps {
    const { clock, env, externalUrl, log, onTemplateFailure, takeOnCall } = this.#settings;
    const variables = (name: string) => env[name];
    return {
      clock,
      random: systemRandom,
      disk: realDisk,
      dialer: realSecureDialer,
      log,
      env: variables,
      externalUrl,
      hostname: opened.hostname,
      takeOnCall,
      templates: opened.templates,
      onTemplateFailure: (problem) => {
        onTemplateFailure(integration);
        log.error("a template failed; a plain message is sent in its place", problem, {
          integration,
        });
      },
      openClient: (config) => {
        const deps = { connector: realHttpConnector, clock, disk: realDisk };
        const client = createHttpClient({ ...deps, env: variables }, config, "Alertmanager/0.34.0");
        opened.clients.push(client);
        return client;
      },
    };
  }
}

async function readTemplates(patterns: readonly string[]): Promise<NotificationTemplates> {
  const paths = await Promise.all(patterns.map((pattern) => expandGlob(realDisk, pattern)));
  const files = await Promise.all(
    paths.flat().map(async (path) => {
      const text = new TextDecoder().decode(await realDisk.readFile(path));
      return { name: path.slice(path.lastIndexOf("/") + 1), text };
    }),
  );
  try {
    return new NotificationTemplates(realTimeZones, files);
  } catch (error) {
    // A template that cannot be read is a mistake in what was configured.
    if (!(error instanceof TemplateError)) throw error;
    throw new ConfigError(`failed to parse templates: ${error.message}`, { cause: error });
  }
}

function integrationsOf(
  { entries }: ReceiverConfig,
  deps: (integration: string) => ReceiverDeps,
): readonly Integration[] {
  const counts = new Map<string, number>();
  return entries.map((entry) => {
    const index = counts.get(entry.kind) ?? 0;
    counts.set(entry.kind, index + 1);
    const { kind: name, sendsResolved } = entry;
    return { name, index, sendsResolved, send: entry.open(deps(name)) };
  });
}

function settingsOf(
  config: AlertmanagerConfig,
  { receivers, onRetired }: Pick<AlertmanagerSettings, "receivers" | "onRetired">,
  routeLabelsOf: ServerSettings["routeLabelsOf"],
): Omit<Configured, "source"> {
  const route = routeTree(routeSpecOf(config.route));
  return {
    settings: {
      route,
      inhibitRules: config.inhibitRules.map(inhibitRuleOf),
      receivers,
      timeIntervals: new Map(
        config.timeIntervals.map((one) => [one.name, resolveIntervals(one, realTimeZones)]),
      ),
      onRetired,
    },
    served: {
      route,
      receivers: config.receivers.map(({ name, labels }) => ({ name, labels })),
      resolveTimeoutMs: config.resolveTimeoutMs,
      original: config.shown,
      routeLabelsOf,
    },
  };
}
