/**
 * `v1beta1` says of AlertmanagerConfigs what `v1alpha1` says, with two differences: intervals of time go by another
 * name, and matchers have no flag for regular expressions beside `matchType`.
 */

import { isJsonObject, type JsonObject, type JsonValue, listAt, objectAt } from "#api";
import { alertmanagerConfig } from "#api/monitoring/v1alpha1";
import { alertmanagerConfig as newer } from "#api/monitoring/v1beta1";
import { defineJsonView, type VersionView } from "../version-view.ts";

export const alertmanagerConfigView: VersionView = defineJsonView({
  kind: newer,
  storedKind: alertmanagerConfig,
  toStored: (object) => {
    const { timeIntervals, ...spec } = objectAt(object, "spec");
    return {
      ...object,
      apiVersion: "monitoring.coreos.com/v1alpha1",
      spec: {
        ...spec,
        ...(timeIntervals === undefined ? {} : { muteTimeIntervals: timeIntervals }),
      },
    };
  },
  fromStored: (stored) => {
    const { muteTimeIntervals, route, inhibitRules, ...spec } = objectAt(stored, "spec");
    return {
      ...stored,
      apiVersion: "monitoring.coreos.com/v1beta1",
      spec: {
        ...spec,
        ...(route === undefined ? {} : { route: newerRoute(route) }),
        ...(inhibitRules === undefined ? {} : { inhibitRules: listOf(inhibitRules, newerRule) }),
        ...(muteTimeIntervals === undefined ? {} : { timeIntervals: muteTimeIntervals }),
      },
    };
  },
});

function newerRoute(route: JsonValue): JsonValue {
  if (!isJsonObject(route)) return route;
  const { matchers, routes } = route;
  return {
    ...route,
    ...(matchers === undefined ? {} : { matchers: listOf(matchers, newerMatcher) }),
    ...(routes === undefined ? {} : { routes: listOf(routes, newerRoute) }),
  };
}

function newerRule(rule: JsonValue): JsonValue {
  if (!isJsonObject(rule)) return rule;
  const { sourceMatch, targetMatch } = rule;
  return {
    ...rule,
    ...(sourceMatch === undefined ? {} : { sourceMatch: listOf(sourceMatch, newerMatcher) }),
    ...(targetMatch === undefined ? {} : { targetMatch: listOf(targetMatch, newerMatcher) }),
  };
}

/** As the operator has it: the flag counts only where nothing else is said. */
function newerMatcher(matcher: JsonValue): JsonValue {
  if (!isJsonObject(matcher)) return matcher;
  const { regex, matchType, ...rest } = matcher;
  const said: JsonObject = matchType === undefined || matchType === "" ? {} : { matchType };
  return { ...rest, ...(regex === true && said["matchType"] === undefined ? regular : said) };
}

const regular: JsonObject = { matchType: "=~" };

function listOf(list: JsonValue, convert: (item: JsonValue) => JsonValue): JsonValue {
  return listAt(list).map(convert);
}
