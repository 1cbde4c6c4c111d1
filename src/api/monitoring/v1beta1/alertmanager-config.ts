import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  atomicListOf,
  boolean,
  field,
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
import { timeInterval as timePeriod } from "../v1alpha1/alertmanager-config.ts";
import { receiver } from "../v1alpha1/receivers.ts";
import { kind, type } from "./package.ts";

const nonEmptyDuration = limited(duration, { minLength: 1 });

export const matcher = type("Matcher", "A requirement on a label of alerts.", {
  name: field(nonEmpty, "The label.").required(),
  value: field(string, "What it is compared with."),
  matchType: field(oneOf("!=", "=", "=~", "!~"), "How; equal by default."),
});

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

export const inhibitRule = type("InhibitRule", "Alerts that make others needless.", {
  targetMatch: field(atomicListOf(matcher), "Alerts that are not told."),
  sourceMatch: field(atomicListOf(matcher), "Alerts because of which."),
  equal: field(atomicListOf(string), "Labels that both must have alike."),
});

export const timeInterval = type("TimeInterval", "Times that routes refer to.", {
  name: field(string, "Name of the interval.").required(),
  timeIntervals: field(atomicListOf(timePeriod), "The times; one of them is enough."),
});

export const alertmanagerConfigSpec = type("AlertmanagerConfigSpec", "Who is told of what.", {
  route: field(route, "The route of alerts whose label `namespace` is that of the object."),
  receivers: field(keyedListOf(receiver, "name"), "Who can be told."),
  inhibitRules: field(atomicListOf(inhibitRule), "Alerts that make others needless."),
  timeIntervals: field(atomicListOf(timeInterval), "Times that routes refer to."),
});

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
