import { atomicListOf, field, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const policyRule = type("PolicyRule", "Things that may be done.", {
  verbs: field(1, atomicListOf(string), "What may be done; * means everything.").required(),
  apiGroups: field(2, atomicListOf(string), "Groups of the resources; * means all."),
  resources: field(3, atomicListOf(string), "Resources it may be done with; * means all."),
  resourceNames: field(4, atomicListOf(string), "Names of single objects; empty means all."),
  nonResourceURLs: field(
    5,
    atomicListOf(string),
    "Paths it may be done with; * at the end stands for anything.",
  ),
});
export interface PolicyRule extends TypeOf<typeof policyRule> {}

export const roleRef = type(
  "RoleRef",
  "The role that a binding grants.",
  {
    apiGroup: field(1, string, "API group of the role.").always(),
    kind: field(2, string, "Role or ClusterRole.").required(),
    name: field(3, string, "Name of the role.").required(),
  },
  { mapType: "atomic" },
);
export interface RoleRef extends TypeOf<typeof roleRef> {}

export const subject = type(
  "Subject",
  "Who a role is granted to.",
  {
    kind: field(1, string, "User, Group or ServiceAccount.").required(),
    apiGroup: field(
      2,
      string,
      "rbac.authorization.k8s.io for users and groups, empty for ServiceAccounts.",
    ),
    name: field(3, string, "Name of the subject.").required(),
    namespace: field(4, string, "Namespace of a ServiceAccount."),
  },
  { mapType: "atomic" },
);
export interface Subject extends TypeOf<typeof subject> {}
