/** AlertmanagerConfigs as one configuration of Alertmanager. */

import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "#api";
import { type AlertmanagerConfig, type Matcher, type Route, route } from "#api/monitoring/v1alpha1";
import type { Entries } from "./entries.ts";
import { receiverSection } from "./receiver.ts";
import { InvalidObjectError, within } from "./refusal.ts";
import { definedOf } from "./scrape-job.ts";

/** What one object adds to the configuration. Its names have its namespace and its own name before them. */
export interface AlertmanagerPart {
  /** Undefined: the object only inhibits. */
  readonly route: JsonObject | undefined;
  readonly receivers: readonly JsonObject[];
  readonly inhibitRules: readonly JsonObject[];
  readonly timeIntervals: readonly JsonObject[];
}

/** The receiver of alerts that no object has a route for: nobody is told. */
const nobody = "null";

/** The whole configuration: objects' routes one after the other, all of which see all alerts. */
export function alertmanagerConfigOf(parts: readonly AlertmanagerPart[]): JsonObject {
  return {
    route: {
      receiver: nobody,
      routes: parts.flatMap(({ route }) => (route === undefined ? [] : [route])),
    },
    receivers: [{ name: nobody }, ...parts.flatMap(({ receivers }) => receivers)],
    inhibit_rules: parts.flatMap(({ inhibitRules }) => inhibitRules),
    time_intervals: parts.flatMap(({ timeIntervals }) => timeIntervals),
  };
}

/** The part of one object. Throws `InvalidObjectError`. */
export function alertmanagerPart(config: AlertmanagerConfig, entries: Entries): AlertmanagerPart {
  const { spec, metadata: { name = "", namespace = "" } = {} } = config;
  const own = (text: string) => (text === "" ? "" : `${namespace}/${name}/${text}`);
  const { route, receivers = [], inhibitRules = [], muteTimeIntervals = [] } = spec;
  const inNamespace = `namespace=${JSON.stringify(namespace)}`;
  return {
    route:
      route &&
      within("route", () => {
        const section = routeSection(route, own);
        const matchers = isJsonList(section["matchers"]) ? section["matchers"] : [];
        return { ...section, matchers: [...matchers, inNamespace], continue: true };
      }),
    receivers: receivers.map((one) =>
      within(`receiver ${JSON.stringify(one.name)}`, () => ({
        ...receiverSection(one, entries),
        name: own(one.name),
      })),
    ),
    inhibitRules: inhibitRules.map(({ sourceMatch, targetMatch, equal = [] }) => ({
      source_matchers: [...matcherTexts(sourceMatch), inNamespace],
      target_matchers: [...matcherTexts(targetMatch), inNamespace],
      equal,
    })),
    timeIntervals: muteTimeIntervals.map((one) => ({
      name: own(one.name),
      time_intervals: (one.timeIntervals ?? []).map((times) => ({
        ...definedOf({
          times: times.times?.map(({ startTime, endTime }) => ({
            start_time: startTime ?? "",
            end_time: endTime ?? "",
          })),
          weekdays: times.weekdays?.map((range) => range.toLowerCase()),
          days_of_month: times.daysOfMonth?.map(({ start = 0, end = start }) => `${start}:${end}`),
          months: times.months?.map((range) => range.toLowerCase()),
          years: times.years,
        }),
      })),
    })),
  };
}

function routeSection(route: Route, own: (name: string) => string): JsonObject {
  const { groupBy, muteTimeIntervals, activeTimeIntervals, routes = [] } = route;
  return definedOf({
    receiver:
      route.receiver === undefined || route.receiver === "" ? undefined : own(route.receiver),
    group_by: groupBy,
    group_wait: route.groupWait,
    group_interval: route.groupInterval,
    repeat_interval: route.repeatInterval,
    matchers: matcherTexts(route.matchers),
    continue: route.continue,
    mute_time_intervals: muteTimeIntervals?.map(own),
    active_time_intervals: activeTimeIntervals?.map(own),
    routes: routes.map((child, index) =>
      within(`route[${index}]`, () => routeSection(childRoute(child), own)),
    ),
  });
}

/** Routes within routes are free-form JSON, because CustomResourceDefinitions know no recursion. */
function childRoute(value: JsonValue): Route {
  if (!isJsonObject(value)) throw new InvalidObjectError("must be an object");
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(route.fields, name));
  if (unknown !== undefined) {
    throw new InvalidObjectError(`json: unknown field ${JSON.stringify(unknown)}`);
  }
  const texts = ["receiver", "groupWait", "groupInterval", "repeatInterval"];
  const lists = ["groupBy", "matchers", "routes", "muteTimeIntervals", "activeTimeIntervals"];
  for (const name of texts) refuseUnless(name, value[name], (one) => typeof one === "string");
  for (const name of lists) refuseUnless(name, value[name], (one) => isJsonList(one));
  refuseUnless("continue", value["continue"], (one) => typeof one === "boolean");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields were checked one by one
  return value as Route;
}

function refuseUnless(
  name: string,
  value: JsonValue | undefined,
  fits: (value: JsonValue) => boolean,
): void {
  if (value === undefined || fits(value)) return;
  throw new InvalidObjectError(`field ${JSON.stringify(name)} has the wrong type`);
}

function matcherTexts(matchers: readonly Matcher[] | undefined): readonly string[] {
  return (matchers ?? []).map(({ name, value = "", matchType = "", regex = false }) => {
    if (name.trim() === "") throw new InvalidObjectError("matcher 'name' is required");
    const operator = matchType === "" ? (regex ? "=~" : "=") : matchType;
    return `${name}${operator}${JSON.stringify(value)}`;
  });
}
