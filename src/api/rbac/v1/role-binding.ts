import { atomicListOf, field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { roleRef, subject } from "./parts.ts";
import { kind } from "./package.ts";

export const roleBinding = kind(
  "RoleBinding",
  "Grants a Role or ClusterRole in a namespace.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    subjects: field(2, atomicListOf(subject), "Who it is granted to."),
    roleRef: field(3, roleRef, "The Role or ClusterRole. It cannot be changed.").required(),
  },
  { name: "rolebindings", singular: "rolebinding", namespaced: true, verbs: standardVerbs },
);
export interface RoleBinding extends TypeOf<typeof roleBinding> {}
