import { atomicListOf, field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { policyRule } from "./parts.ts";
import { kind } from "./package.ts";

export const role = kind(
  "Role",
  "",
  {
    metadata: field(1, objectMeta, ""),
    rules: field(2, atomicListOf(policyRule), "").always(),
  },
  { name: "roles", singular: "role", namespaced: true, verbs: standardVerbs },
);
export interface Role extends TypeOf<typeof role> {}
