import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  double,
  field,
  limited,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";
import { acceptanceStatus } from "./status.ts";
import { duration } from "./text.ts";

const windowed = limited(string, { pattern: "\\$window" });

export const burnRatePolicySpec = type("BurnRatePolicySpec", "A service level objective.", {
  objective: field(
    limited(double, { minimum: 0, maximum: 1 }),
    "The share of good events, such as 0.999.",
  ).required(),
  badExpr: field(windowed, "PromQL with $window for the range: bad events a second.").required(),
  totalExpr: field(windowed, "PromQL with $window: all events a second.").required(),
  period: field(duration, "Time for which the objective holds; 30d."),
  team: field(string, "The team that owns the service."),
  runbookURL: field(string, "What to do."),
});
export interface BurnRatePolicySpec extends TypeOf<typeof burnRatePolicySpec> {}

export const burnRatePolicy = kind(
  "BurnRatePolicy",
  "Alerts on how fast a service spends its error budget.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(burnRatePolicySpec, "A service level objective.").required(),
    status: field(acceptanceStatus, "What has become of it."),
  },
  {
    name: "burnratepolicies",
    singular: "burnratepolicy",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["burnrate"],
    categories: ["oncall"],
    subresources: { status: statusSubresource("BurnRatePolicy") },
  },
);
export interface BurnRatePolicy extends TypeOf<typeof burnRatePolicy> {}
