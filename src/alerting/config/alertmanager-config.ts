/** The configuration file: `alertmanager.yml`, as Alertmanager 0.34 reads it. */
import {
  ConfigError,
  decodeDocument,
  Decoding,
  durationMs,
  field,
  fillHttpClient,
  httpClientType,
  list,
  optional,
  readYaml,
  struct,
  type StructType,
  text,
  unsupportedPart,
  type ValueOf,
  writeYaml,
} from "#promconfig";
import type { TimeZones } from "#base";
import type { MatcherSyntax } from "../match/parse-matchers.ts";
import { type InhibitConfig, inhibitType } from "./inhibit-config.ts";
import { rootProblem, type RouteConfig, routesOf, routeType } from "./route-config.ts";
import { type NamedIntervals, namedIntervalsType, zoneProblem } from "./time-interval-config.ts";
import { type WebhookConfig, webhookType } from "./webhook-config.ts";

export interface AlertmanagerConfig {
  /** The file with what it leaves to defaults, and without its secrets. */
  readonly shown: string;
  readonly resolveTimeoutMs: number;
  readonly route: RouteConfig;
  readonly receivers: readonly ReceiverConfig[];
  readonly inhibitRules: readonly InhibitConfig[];
  readonly timeIntervals: readonly NamedIntervals[];
}

export interface ReceiverConfig {
  readonly name: string;
  readonly webhooks: readonly WebhookConfig[];
}

export interface ParseOptions {
  /** Where relative paths start; undefined leaves them as they are. */
  readonly directory: string | undefined;
  readonly syntax: MatcherSyntax;
  readonly zones: TimeZones;
}

/** Parses the text of a configuration file. Throws a `ConfigError` in upstream's words. */
export function parseAlertmanagerConfig(source: string, options: ParseOptions): AlertmanagerConfig {
  const decoding = new Decoding(options.directory);
  const type = fileType(options.syntax);
  const root = readYaml(source);
  const file = decodeDocument(type, { root, whenEmpty: type.initial }, decoding);
  const fail = (message: string, at: object): never => {
    throw new ConfigError(message, { position: decoding.placeOf(at) });
  };
  const { route, receivers, global } = file;
  if (route === undefined) throw new ConfigError("no route provided in config");
  const timeIntervals = [...file.muteTimeIntervals, ...file.timeIntervals];
  const problem = rootProblem(route);
  if (problem !== undefined) fail(problem, route);
  checkReceivers(receivers, fail);
  checkIntervals(timeIntervals, options.zones, fail);
  checkRoutes(route, { receivers, timeIntervals }, fail);
  return {
    shown: writeYaml(type.encode(file)),
    resolveTimeoutMs: global.resolveTimeoutMs,
    route,
    receivers: receivers.map((receiver) => completed(receiver, global)),
    inhibitRules: file.inhibitRules,
    timeIntervals,
  };
}

type Fail = (message: string, at: object) => never;

const globalParts = {
  resolveTimeoutMs: field("resolve_timeout", durationMs, 5 * 60_000),
  http: field("http_config", optional(httpClientType)),
} as const;
type GlobalOptions = ValueOf<typeof globalParts>;
const globalType: StructType<GlobalOptions> = struct("config.GlobalConfig", globalParts, {
  fill: (config) =>
    config.http === undefined ? config : { ...config, http: fillHttpClient(config.http) },
});

/** Kinds of receivers that cannot be told yet; a webhook reaches most of them by way of a bridge. */
const unsupportedKinds = {
  discord: unsupportedKind("discord_configs"),
  email: unsupportedKind("email_configs"),
  incidentio: unsupportedKind("incidentio_configs"),
  jira: unsupportedKind("jira_configs"),
  mattermost: unsupportedKind("mattermost_configs"),
  msteams: unsupportedKind("msteams_configs"),
  msteamsV2: unsupportedKind("msteamsv2_configs"),
  opsgenie: unsupportedKind("opsgenie_configs"),
  pagerduty: unsupportedKind("pagerduty_configs"),
  pushover: unsupportedKind("pushover_configs"),
  rocketchat: unsupportedKind("rocketchat_configs"),
  slack: unsupportedKind("slack_configs"),
  sns: unsupportedKind("sns_configs"),
  telegram: unsupportedKind("telegram_configs"),
  victorops: unsupportedKind("victorops_configs"),
  webex: unsupportedKind("webex_configs"),
  wechat: unsupportedKind("wechat_configs"),
} as const;

const receiverType = struct(
  "config.Receiver",
  {
    name: field("name", text),
    webhooks: field("webhook_configs", list(webhookType)),
    ...unsupportedKinds,
  },
  { check: ({ name }) => (name === "" ? "missing name in receiver" : undefined) },
);

function fileType(syntax: MatcherSyntax) {
  return struct("config.plain", {
    global: field("global", globalType, globalType.initial),
    templates: unsupportedPart("templates", "webhooks need none"),
    route: field("route", optional(routeType(syntax))),
    receivers: field("receivers", list(receiverType, { goType: "[]config.Receiver" })),
    inhibitRules: field("inhibit_rules", list(inhibitType(syntax))),
    timeIntervals: field("time_intervals", list(namedIntervalsType)),
    muteTimeIntervals: field("mute_time_intervals", list(namedIntervalsType)),
  });
}

function unsupportedKind(key: string) {
  return unsupportedPart(key, "use webhook_configs");
}

/** A receiver with what it takes over from `global`. */
function completed(receiver: ReceiverConfig, { http }: GlobalOptions): ReceiverConfig {
  const { name, webhooks } = receiver;
  const shared = http ?? httpClientType.initial;
  return { name, webhooks: webhooks.map((one) => ({ ...one, http: one.http ?? shared })) };
}

function checkReceivers(receivers: readonly ReceiverConfig[], fail: Fail): void {
  const names = new Set<string>();
  for (const receiver of receivers) {
    if (names.has(receiver.name)) {
      fail(`notification config name "${receiver.name}" is not unique`, receiver);
    }
    names.add(receiver.name);
  }
}

function checkIntervals(intervals: readonly NamedIntervals[], zones: TimeZones, fail: Fail): void {
  const names = new Set<string>();
  for (const interval of intervals) {
    if (names.has(interval.name)) fail(`time interval "${interval.name}" is not unique`, interval);
    names.add(interval.name);
    const problem = zoneProblem(interval, zones);
    if (problem !== undefined) fail(problem, interval);
  }
}

/** Routes may name only what there is. */
function checkRoutes(
  root: RouteConfig,
  known: Pick<AlertmanagerConfig, "receivers" | "timeIntervals">,
  fail: Fail,
): void {
  const receivers = new Set(known.receivers.map(({ name }) => name));
  const intervals = new Set(known.timeIntervals.map(({ name }) => name));
  for (const route of routesOf(root)) {
    const { receiver, muteTimeIntervals, activeTimeIntervals } = route;
    if (receiver !== "" && !receivers.has(receiver)) {
      fail(`undefined receiver "${receiver}" used in route`, route);
    }
    const missing = [...muteTimeIntervals, ...activeTimeIntervals].find(
      (name) => !intervals.has(name),
    );
    if (missing !== undefined) fail(`undefined time interval "${missing}" used in route`, route);
  }
}
