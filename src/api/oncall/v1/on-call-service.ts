import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  atomicListOf,
  field,
  setOf,
  standardVerbs,
  statusSubresource,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";
import { pageBudget } from "./page-budget.ts";
import { secretSource } from "./secret-source.ts";
import { acceptanceStatus } from "./status.ts";
import { nonEmpty } from "./text.ts";

export const onCallServiceSpec = type("OnCallServiceSpec", "What a team owns.", {
  team: field(nonEmpty, "The team that owns it.").required(),
  policy: field(nonEmpty, "Escalation policy; by default primary, backup, then the whole team."),
  integrationKeys: field(
    atomicListOf(secretSource),
    "What senders of alerts prove themselves with; any of them.",
  ),
  quietSeverities: field(
    setOf(nonEmpty),
    "Severities that are recorded and page nobody; info and none by default.",
  ),
  pageBudget: field(pageBudget, "Incidents beyond it are tickets; the OnCallConfig's by default."),
});
export interface OnCallServiceSpec extends TypeOf<typeof onCallServiceSpec> {}

export const onCallService = kind(
  "OnCallService",
  "Something that alerts are about, and that a team owns.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(onCallServiceSpec, "What a team owns.").required(),
    status: field(acceptanceStatus, "What has become of it."),
  },
  {
    name: "oncallservices",
    singular: "oncallservice",
    namespaced: true,
    verbs: standardVerbs,
    categories: ["oncall"],
    subresources: { status: statusSubresource("OnCallService") },
  },
);
export interface OnCallService extends TypeOf<typeof onCallService> {}
