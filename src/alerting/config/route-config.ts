/** `route`: the tree as it is written. */
import {
  bool,
  durationMs,
  field,
  list,
  mapOf,
  optional,
  struct,
  type StructType,
  text,
  type YamlType,
} from "#promconfig";
import { type LabelMatcher, labelsOf } from "#series";
import type { MatcherSyntax } from "../match/parse-matchers.ts";
import type { RouteSpec } from "../route/route.ts";
import { equalMatchersType, matchersType, regexMatchersType } from "./matcher-types.ts";

export interface RouteConfig {
  readonly receiver: string;
  /** Undefined where the file says nothing; an empty list overrides the route above. */
  readonly groupBy: readonly string[] | undefined;
  readonly match: readonly LabelMatcher[];
  readonly matchRegex: readonly LabelMatcher[];
  readonly matchers: readonly LabelMatcher[];
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly isContinued: boolean;
  readonly groupWaitMs: number | undefined;
  readonly groupIntervalMs: number | undefined;
  readonly repeatIntervalMs: number | undefined;
  /** What it says of itself; templates may be in it. */
  readonly labels: ReadonlyMap<string, string>;
  readonly routes: readonly RouteConfig[];
}

export function routeType(syntax: MatcherSyntax): StructType<RouteConfig> {
  const type: StructType<RouteConfig> = struct(
    "config.Route",
    {
      receiver: field("receiver", text),
      groupBy: field("group_by", optional(list(text, { goType: "[]string", flow: true }))),
      match: field("match", equalMatchersType),
      matchRegex: field("match_re", regexMatchersType),
      matchers: field("matchers", matchersType(syntax)),
      muteTimeIntervals: field("mute_time_intervals", list(text)),
      activeTimeIntervals: field("active_time_intervals", list(text)),
      isContinued: field("continue", bool),
      labels: field("labels", mapOf(text)),
      groupWaitMs: field("group_wait", optional(durationMs)),
      groupIntervalMs: field("group_interval", optional(durationMs)),
      repeatIntervalMs: field("repeat_interval", optional(durationMs)),
      routes: field("routes", list(lazy(() => type))),
    },
    { check: routeProblem },
  );
  return type;
}

/** The route as the tree is built of it. */
export function routeSpecOf(config: RouteConfig): RouteSpec {
  const { receiver, groupBy, groupWaitMs, groupIntervalMs, repeatIntervalMs } = config;
  return {
    ...(receiver === "" ? {} : { receiver }),
    ...(groupBy === undefined ? {} : { groupBy: groupBy.includes(everyLabel) ? "all" : groupBy }),
    matchers: [...config.match, ...config.matchRegex, ...config.matchers].sort(byNameAndValue),
    isContinued: config.isContinued,
    ...(groupWaitMs === undefined ? {} : { groupWaitMs }),
    ...(groupIntervalMs === undefined ? {} : { groupIntervalMs }),
    ...(repeatIntervalMs === undefined ? {} : { repeatIntervalMs }),
    muteTimeIntervals: config.muteTimeIntervals,
    activeTimeIntervals: config.activeTimeIntervals,
    labels: labelsOf([...config.labels]),
    routes: config.routes.map(routeSpecOf),
  };
}

/** A route and all below it. */
export function* routesOf(route: RouteConfig): Generator<RouteConfig> {
  yield route;
  for (const child of route.routes) yield* routesOf(child);
}

/** What is wrong with the route at the top, which every alert comes to. */
export function rootProblem(root: RouteConfig): string | undefined {
  if (root.isContinued) return "cannot have continue in root route";
  if (root.receiver === "") return "root route must specify a default receiver";
  if ([...root.match, ...root.matchRegex, ...root.matchers].length > 0) {
    return "root route must not have any matchers";
  }
  if (root.muteTimeIntervals.length > 0) return "root route must not have any mute time intervals";
  return root.activeTimeIntervals.length > 0
    ? "root route must not have any active time intervals"
    : undefined;
}

/** Instead of label names: every label. */
const everyLabel = "...";

function routeProblem(route: RouteConfig): string | undefined {
  const { groupBy = [], groupIntervalMs, repeatIntervalMs } = route;
  const twice = groupBy.find((name, index) => groupBy.indexOf(name) !== index);
  if (twice !== undefined) return `duplicated label "${twice}" in group_by`;
  if (groupBy.includes("")) return 'invalid label name "" in group_by list';
  if (groupBy.includes(everyLabel) && groupBy.length > 1) {
    return "cannot have wildcard group_by (`...`) and other other labels at the same time";
  }
  if (groupIntervalMs === 0) return "group_interval cannot be zero";
  return repeatIntervalMs === 0 ? "repeat_interval cannot be zero" : undefined;
}

/** Keys are made of matchers in this order, whatever order they are written in. */
function byNameAndValue(left: LabelMatcher, right: LabelMatcher): number {
  const key = ({ name, value, operator }: LabelMatcher) => [name, value, operator].join("\uffff");
  return key(left) < key(right) ? -1 : 1;
}

/** A type that is made of itself. */
function lazy<T>(type: () => StructType<T>): YamlType<T> {
  return {
    goType: "*config.Route",
    get zero() {
      return type().zero;
    },
    decode: (node, decoding) => type().decode(node, decoding),
    isEmpty: (value) => type().isEmpty(value),
    encode: (value) => type().encode(value),
  };
}
