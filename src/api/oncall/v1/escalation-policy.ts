import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  atomicListOf,
  field,
  int32,
  limited,
  setOf,
  standardVerbs,
  statusSubresource,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";
import { acceptanceStatus } from "./status.ts";
import { duration, nonEmpty } from "./text.ts";

const names = setOf(nonEmpty);

export const escalationStep = type("EscalationStep", "Who is paged after how long.", {
  after: field(duration, "Counted from the start of the round: 0s, 5m.").required(),
  users: field(names, "These users."),
  schedules: field(names, "Whoever is on call in these schedules."),
  nextIn: field(names, "Whoever comes next in these schedules."),
  teams: field(names, "All members of these teams."),
  managersOf: field(names, "The managers of these teams."),
});
export interface EscalationStep extends TypeOf<typeof escalationStep> {}

export const escalationPolicySpec = type("EscalationPolicySpec", "Who is paged, and when.", {
  steps: field(
    limited(atomicListOf(escalationStep), { minItems: 1 }),
    "The steps of a round, each later than the one before.",
  ).required(),
  repeat: field(
    limited(int32, { minimum: 0, maximum: 100 }),
    "Rounds after the first, while nobody acknowledges; 3.",
  ),
  repeatAfter: field(duration, "From the last step to the next round; 5m."),
  acknowledgeTimeout: field(duration, "How long an acknowledgement holds; 30m. 0s: for ever."),
});
export interface EscalationPolicySpec extends TypeOf<typeof escalationPolicySpec> {}

export const escalationPolicy = kind(
  "EscalationPolicy",
  "Says who is paged, and who after that when nobody answers.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(escalationPolicySpec, "Who is paged, and when.").required(),
    status: field(acceptanceStatus, "What has become of it."),
  },
  {
    name: "escalationpolicies",
    singular: "escalationpolicy",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["escalation"],
    categories: ["oncall"],
    subresources: { status: statusSubresource("EscalationPolicy") },
  },
);
export interface EscalationPolicy extends TypeOf<typeof escalationPolicy> {}
