import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  atomicListOf,
  field,
  setOf,
  standardVerbs,
  statusSubresource,
  type TypeOf,
} from "../../schema/schema.ts";
import { contactMethod } from "./contact-method.ts";
import { kind, type } from "./package.ts";
import { acceptanceStatus } from "./status.ts";
import { date, nonEmpty } from "./text.ts";

export const onCallTeamSpec = type("OnCallTeamSpec", "Who belongs together.", {
  members: field(setOf(nonEmpty), "Users who belong to it."),
  managers: field(setOf(nonEmpty), "Users who hear of what nobody answers."),
  primary: field(nonEmpty, "Schedule of whoever is paged first."),
  backup: field(
    nonEmpty,
    "Schedule of whoever is paged after five minutes; by default the next in primary.",
  ),
  timeZone: field(nonEmpty, "Zone of its working hours; by default that of its primary."),
  holidays: field(setOf(date), "Dates without working hours, beside those of its primary."),
  tickets: field(atomicListOf(contactMethod), "Where tickets go: ways that wake nobody."),
});
export interface OnCallTeamSpec extends TypeOf<typeof onCallTeamSpec> {}

export const onCallTeam = kind(
  "OnCallTeam",
  "Users who own services together.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(onCallTeamSpec, "Who belongs together.").required(),
    status: field(acceptanceStatus, "What has become of it."),
  },
  {
    name: "oncallteams",
    singular: "oncallteam",
    namespaced: true,
    verbs: standardVerbs,
    categories: ["oncall"],
    subresources: { status: statusSubresource("OnCallTeam") },
  },
);
export interface OnCallTeam extends TypeOf<typeof onCallTeam> {}
