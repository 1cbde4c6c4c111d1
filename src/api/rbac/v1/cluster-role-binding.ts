import { atomicListOf, field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { roleRef, subject } from "./parts.ts";
import { kind } from "./package.ts";

export const clusterRoleBinding = kind(
  "ClusterRoleBinding",
  "Grants a ClusterRole in the whole cluster.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    subjects: field(2, atomicListOf(subject), "Who it is granted to."),
    roleRef: field(3, roleRef, "The ClusterRole. It cannot be changed.").required(),
  },
  {
    name: "clusterrolebindings",
    singular: "clusterrolebinding",
    namespaced: false,
    verbs: standardVerbs,
  },
);
export interface ClusterRoleBinding extends TypeOf<typeof clusterRoleBinding> {}
