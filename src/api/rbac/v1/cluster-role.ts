import { atomicListOf, field, standardVerbs, type TypeOf } from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { policyRule } from "./parts.ts";
import { kind, type } from "./package.ts";

export const aggregationRule = type("AggregationRule", "", {
  clusterRoleSelectors: field(1, atomicListOf(labelSelector), ""),
});
export interface AggregationRule extends TypeOf<typeof aggregationRule> {}

export const clusterRole = kind(
  "ClusterRole",
  "",
  {
    metadata: field(1, objectMeta, ""),
    rules: field(2, atomicListOf(policyRule), "").always(),
    aggregationRule: field(3, aggregationRule, "").pointer(),
  },
  { name: "clusterroles", singular: "clusterrole", namespaced: false, verbs: standardVerbs },
);
export interface ClusterRole extends TypeOf<typeof clusterRole> {}
