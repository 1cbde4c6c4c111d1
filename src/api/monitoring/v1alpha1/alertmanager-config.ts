import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  atomicListOf,
  boolean,
  field,
  int32,
  json,
  keyedListOf,
  limited,
  oneOf,
  setOf,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { configResourceStatus } from "../v1/status.ts";
import { duration, nonEmpty } from "../v1/text.ts";
import { kind, type } from "./package.ts";
import { receiver } from "./receivers.ts";

const nonEmptyDuration = limited(duration, { minLength: 1 });

export const matcher = type("Matcher", "A requirement on a label of alerts.", {
  name: field(nonEmpty, "The label.").required(),
  value: field(string, "What it is compared with."),
  matchType: field(oneOf("!=", "=", "=~", "!~"), "How; equal by default."),
  regex: field(boolean, "Whether to match a regular expression; `matchType` is preferred."),
});
export interface Matcher extends TypeOf<typeof matcher> {}

export const route = type("Route", "Who is told of which alerts, and how often.", {
  receiver: field(string, "Name of the receiver; may be empty where there are further routes."),
  groupBy: field(setOf(string), "Labels by which alerts are told together."),
  groupWait: field(nonEmptyDuration, "How long the first alerts of a group wait for others."),
  groupInterval: field(nonEmptyDuration, "How long later ones wait."),
  repeatInterval: field(nonEmptyDuration, "After what time it is told again."),
  matchers: field(atomicListOf(matcher), "What the labels of alerts must be."),
  continue: field(boolean, "Whether later routes also see what this one takes."),
  routes: field(atomicListOf(json), "Routes for some of the alerts, of the same form."),
  muteTimeIntervals: field(setOf(string), "When nobody is told."),
  activeTimeIntervals: field(setOf(string), "When somebody is told; else always."),
});
export interface Route extends TypeOf<typeof route> {}

export const inhibitRule = type("InhibitRule", "Alerts that make others needless.", {
  targetMatch: field(atomicListOf(matcher), "Alerts that are not told."),
  sourceMatch: field(atomicListOf(matcher), "Alerts because of which."),
  equal: field(atomicListOf(string), "Labels that both must have alike."),
});

/** Such as `09:30`, and `24:00`. */
const timeOfDay = limited(string, {
  pattern: "^((([01][0-9])|(2[0-3])):[0-5][0-9])$|(^24:00$)",
});

const timeRange = type("TimeRange", "Part of a day.", {
  startTime: field(timeOfDay, "When it begins."),
  endTime: field(timeOfDay, "When it has ended."),
});

const dayOfMonth = limited(int32, { minimum: -31, maximum: 31 });
const dayNames = "sun|mon|tues|wednes|thurs|fri|satur";
const monthNames =
  "january|february|march|april|may|june|july|august|september|october|november|december|1[0-2]|[1-9]";

export const timeInterval = type("TimeInterval", "Times at which all that is stated holds.", {
  times: field(atomicListOf(timeRange), "Parts of the day."),
  weekdays: field(
    atomicListOf(limited(string, { pattern: `^((?i)${dayNames})day(?:((:(${dayNames})day)$)|$)` })),
    "Days of the week, such as monday:friday.",
  ),
  daysOfMonth: field(
    atomicListOf(
      type("DayOfMonthRange", "Days of a month; negative ones count from its end.", {
        start: field(dayOfMonth, "The first."),
        end: field(dayOfMonth, "The last."),
      }),
    ),
    "Days of the month.",
  ),
  months: field(
    atomicListOf(
      limited(string, { pattern: `^((?i)${monthNames})(?:((:((?i)${monthNames}))$)|$)` }),
    ),
    "Months, such as may:august or 5:8.",
  ),
  years: field(
    atomicListOf(limited(string, { pattern: "^2\\d{3}(?::2\\d{3}|$)" })),
    "Years, such as 2026:2028.",
  ),
});

export const muteTimeInterval = type("MuteTimeInterval", "Times that routes refer to.", {
  name: field(string, "Name of the interval.").required(),
  timeIntervals: field(atomicListOf(timeInterval), "The times; one of them is enough."),
});

export const alertmanagerConfigSpec = type("AlertmanagerConfigSpec", "Who is told of what.", {
  route: field(route, "The route of alerts whose label `namespace` is that of the object."),
  receivers: field(keyedListOf(receiver, "name"), "Who can be told."),
  inhibitRules: field(atomicListOf(inhibitRule), "Alerts that make others needless."),
  muteTimeIntervals: field(atomicListOf(muteTimeInterval), "Times that routes refer to."),
});
export interface AlertmanagerConfigSpec extends TypeOf<typeof alertmanagerConfigSpec> {}

export const alertmanagerConfig = kind(
  "AlertmanagerConfig",
  "Who is told of the alerts of a namespace.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(alertmanagerConfigSpec, "Who is told of what.").required(),
    status: field(configResourceStatus, "Who routes by it."),
  },
  {
    name: "alertmanagerconfigs",
    singular: "alertmanagerconfig",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["amcfg"],
    categories: ["prometheus-operator"],
    subresources: { status: statusSubresource("AlertmanagerConfig") },
  },
);
export interface AlertmanagerConfig extends TypeOf<typeof alertmanagerConfig> {}
