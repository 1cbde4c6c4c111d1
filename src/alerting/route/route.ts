/**
 * The tree that decides where an alert goes. An alert descends as deep as matchers let it; siblings
 * after the first match get it only when that one says `continue`.
 */
import {
  formatLabels,
  keepLabels,
  type LabelMatcher,
  labelPairs,
  type Labels,
  labelsOf,
  labelValue,
} from "#series";
import { formatMatchers } from "./format-matchers.ts";

/** A route as configured: what is undefined is taken over from the route above. */
export interface RouteSpec {
  readonly receiver?: string;
  /** Undefined inherits, `all` groups every label set for itself. */
  readonly groupBy?: "all" | readonly string[];
  readonly matchers?: readonly LabelMatcher[];
  readonly isContinued?: boolean;
  readonly groupWaitMs?: number;
  readonly groupIntervalMs?: number;
  readonly repeatIntervalMs?: number;
  readonly muteTimeIntervals?: readonly string[];
  readonly activeTimeIntervals?: readonly string[];
  /** Added to those of the route above. */
  readonly labels?: Labels;
  readonly routes?: readonly RouteSpec[];
}

export interface Route {
  /** Unique in the tree. */
  readonly id: string;
  /** The matchers of the way to it; part of the keys of its groups. */
  readonly key: string;
  readonly matchers: readonly LabelMatcher[];
  readonly isContinued: boolean;
  readonly options: RouteOptions;
  readonly routes: readonly Route[];
}

export interface RouteOptions {
  readonly receiver: string;
  readonly groupBy: "all" | ReadonlySet<string>;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly labels: Labels;
}

export const routeDefaults: RouteOptions = {
  receiver: "",
  groupBy: new Set(),
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * 60_000,
  repeatIntervalMs: 4 * 3_600_000,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  labels: [],
};

/** Builds the tree with everything that routes take over from those above them. */
export function routeTree(spec: RouteSpec): Route {
  return routeOf(spec, { options: routeDefaults, key: "", id: "" });
}

/** The routes that an alert goes to, in the order of the tree. */
export function matchRoutes(route: Route, labels: Labels): readonly Route[] {
  if (!matchesAll(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const matched = matchRoutes(child, labels);
    found.push(...matched);
    if (matched.length > 0 && !child.isContinued) break;
  }
  return found.length > 0 ? found : [route];
}

export function matchesAll(matchers: readonly LabelMatcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name)));
}

/** The labels by which a route groups an alert. */
export function groupLabelsOf({ groupBy }: RouteOptions, labels: Labels): Labels {
  return groupBy === "all" ? labels : keepLabels(labels, groupBy);
}

/** What identifies a group in logs, in the notification log and to receivers. */
export function groupKeyOf(route: Route, groupLabels: Labels): string {
  return `${route.key}:${formatLabels(groupLabels)}`;
}

interface Above {
  readonly options: RouteOptions;
  readonly key: string;
  readonly id: string;
}

function routeOf(spec: RouteSpec, above: Above, index?: number): Route {
  const { routes = [], matchers = [] } = spec;
  const own = formatMatchers(matchers);
  const key = above.key === "" ? own : `${above.key}/${own}`;
  const id = index === undefined ? own : `${above.id}/${own}/${index}`;
  const options = inherit(spec, above.options);
  return {
    id,
    key,
    matchers,
    isContinued: spec.isContinued ?? false,
    options,
    routes: routes.map((child, at) => routeOf(child, { options, key, id }, at)),
  };
}

/** Times of muting are a route's own; everything else is taken over. */
function inherit(spec: RouteSpec, above: RouteOptions): RouteOptions {
  const { groupBy } = spec;
  return {
    receiver: spec.receiver ?? above.receiver,
    groupBy: groupBy === undefined ? above.groupBy : groupBy === "all" ? "all" : new Set(groupBy),
    groupWaitMs: spec.groupWaitMs ?? above.groupWaitMs,
    groupIntervalMs: spec.groupIntervalMs ?? above.groupIntervalMs,
    repeatIntervalMs: spec.repeatIntervalMs ?? above.repeatIntervalMs,
    muteTimeIntervals: spec.muteTimeIntervals ?? [],
    activeTimeIntervals: spec.activeTimeIntervals ?? [],
    labels: labelsOf([...labelPairs(above.labels), ...labelPairs(spec.labels ?? [])]),
  };
}
