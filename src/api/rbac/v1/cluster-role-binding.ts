import { atomicListOf, field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { roleRef, subject } from "./parts.ts";
import { kind } from "./package.ts";

export const clusterRoleBinding = kind(
  "ClusterRoleBinding",
  "",
  {
    metadata: field(1, objectMeta, ""),
    subjects: field(2, atomicListOf(subject), ""),
    roleRef: field(3, roleRef, "").required(),
  },
  {
    name: "clusterrolebindings",
    singular: "clusterrolebinding",
    namespaced: false,
    verbs: standardVerbs,
  },
);
export interface ClusterRoleBinding extends TypeOf<typeof clusterRoleBinding> {}
