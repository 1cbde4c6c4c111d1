import { atomicListOf, field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { policyRule } from "./parts.ts";
import { kind, type } from "./package.ts";

export const aggregationRule = type("AggregationRule", "Which ClusterRoles to take rules from.", {
  clusterRoleSelectors: field(
    1,
    atomicListOf(labelSelector),
    "Labels of the ClusterRoles; one selector must match.",
  ),
});
export interface AggregationRule extends TypeOf<typeof aggregationRule> {}

export const clusterRole = kind(
  "ClusterRole",
  "Things that may be done, in all namespaces or with cluster-wide resources.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    rules: field(2, atomicListOf(policyRule), "The things.").always(),
    aggregationRule: field(
      3,
      aggregationRule,
      "ClusterRoles whose rules make up this one's.",
    ).pointer(),
  },
  { name: "clusterroles", singular: "clusterrole", namespaced: false, verbs: standardVerbs },
);
export interface ClusterRole extends TypeOf<typeof clusterRole> {}
