/** The configuration file: `alertmanager.yml`, as Alertmanager 0.34 reads it. */
import {
  ConfigError,
  decodeDocument,
  Decoding,
  field,
  list,
  mapOf,
  optional,
  path,
  readYaml,
  shownField,
  struct,
  type StructType,
  text,
  type ValueOf,
  writeYaml,
} from "#promconfig";
import type { TimeZones } from "#base";
import type { MatcherSyntax } from "../match/parse-matchers.ts";
import { type InhibitConfig, inhibitType } from "./inhibit-config.ts";
import { rootProblem, type RouteConfig, routesOf, routeType } from "./route-config.ts";
import { type NamedIntervals, namedIntervalsType, zoneProblem } from "./time-interval-config.ts";
import { type GlobalConfig, globalType } from "./global-config.ts";
import type { ReceiverEntry } from "../receivers/receiver-kind.ts";
import { receiverKindOrder, receiverKindParts } from "../receivers/receiver-kinds.ts";

export interface AlertmanagerConfig {
  /** The file with what it leaves to defaults, and without its secrets. */
  readonly shown: string;
  /** Patterns of the paths of template files. */
  readonly templates: readonly string[];
  readonly resolveTimeoutMs: number;
  readonly route: RouteConfig;
  readonly receivers: readonly ReceiverConfig[];
  readonly inhibitRules: readonly InhibitConfig[];
  readonly timeIntervals: readonly NamedIntervals[];
}

export interface ReceiverConfig {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly entries: readonly ReceiverEntry[];
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
  const whole = receivers.map((receiver) => completed(receiver, global, fail));
  return {
    shown: writeYaml(type.encode({ ...file, receivers: whole })),
    templates: file.templates,
    resolveTimeoutMs: global.resolveTimeoutMs,
    route,
    receivers: whole.map(receiverOf),
    inhibitRules: file.inhibitRules,
    timeIntervals,
  };
}

type Fail = (message: string, at: object) => never;

const receiverParts = {
  name: field("name", text),
  labels: field("labels", mapOf(text)),
  ...receiverKindParts,
} as const;
type ReceiverFile = ValueOf<typeof receiverParts>;
const receiverType: StructType<ReceiverFile> = struct("config.Receiver", receiverParts, {
  check: ({ name }) => (name === "" ? "missing name in receiver" : undefined),
});

function fileType(syntax: MatcherSyntax) {
  return struct("config.plain", {
    global: field("global", globalType, globalType.initial),
    route: field("route", optional(routeType(syntax))),
    inhibitRules: field("inhibit_rules", list(inhibitType(syntax))),
    receivers: field("receivers", list(receiverType, { goType: "[]config.Receiver" })),
    templates: shownField("templates", list(path)),
    muteTimeIntervals: field("mute_time_intervals", list(namedIntervalsType)),
    timeIntervals: field("time_intervals", list(namedIntervalsType)),
  });
}

/** A receiver whose entries have what they take over from `global`. */
function completed(receiver: ReceiverFile, global: GlobalConfig, fail: Fail): ReceiverFile {
  const kinds = receiverKindOrder.map(
    (kind) => [kind, receiver[kind].map((one) => completedEntry(one, global, fail))] as const,
  );
  return { ...receiver, ...Object.fromEntries(kinds) };
}

function completedEntry(entry: ReceiverEntry, global: GlobalConfig, fail: Fail): ReceiverEntry {
  const whole = entry.complete(global);
  return typeof whole === "string" ? fail(whole, entry) : whole;
}

function receiverOf(receiver: ReceiverFile): ReceiverConfig {
  const { name, labels } = receiver;
  return { name, labels, entries: receiverKindOrder.flatMap((kind) => receiver[kind]) };
}

function checkReceivers(receivers: readonly ReceiverFile[], fail: Fail): void {
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
  known: {
    readonly receivers: readonly ReceiverFile[];
    readonly timeIntervals: readonly NamedIntervals[];
  },
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
