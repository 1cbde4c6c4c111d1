import { atomicListOf, field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { policyRule } from "./parts.ts";
import { kind } from "./package.ts";

export const role = kind(
  "Role",
  "Things that may be done in a namespace.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    rules: field(2, atomicListOf(policyRule), "The things.").always(),
  },
  { name: "roles", singular: "role", namespaced: true, verbs: standardVerbs },
);
export interface Role extends TypeOf<typeof role> {}
