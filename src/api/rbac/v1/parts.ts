import { atomicListOf, field, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const policyRule = type("PolicyRule", "", {
  verbs: field(1, atomicListOf(string), "").required(),
  apiGroups: field(2, atomicListOf(string), ""),
  resources: field(3, atomicListOf(string), ""),
  resourceNames: field(4, atomicListOf(string), ""),
  nonResourceURLs: field(5, atomicListOf(string), ""),
});
export interface PolicyRule extends TypeOf<typeof policyRule> {}

export const roleRef = type(
  "RoleRef",
  "",
  {
    apiGroup: field(1, string, "").always(),
    kind: field(2, string, "").required(),
    name: field(3, string, "").required(),
  },
  { mapType: "atomic" },
);
export interface RoleRef extends TypeOf<typeof roleRef> {}

export const subject = type(
  "Subject",
  "",
  {
    kind: field(1, string, "").required(),
    apiGroup: field(2, string, ""),
    name: field(3, string, "").required(),
    namespace: field(4, string, ""),
  },
  { mapType: "atomic" },
);
export interface Subject extends TypeOf<typeof subject> {}
