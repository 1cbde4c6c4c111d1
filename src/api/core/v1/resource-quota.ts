import {
  atomicListOf,
  field,
  mapOf,
  quantity,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const scopedResourceSelectorRequirement = type(
  "ScopedResourceSelectorRequirement",
  "A requirement on the objects that a quota counts.",
  {
    scopeName: field(1, string, "Name of the scope, such as PriorityClass.").required(),
    operator: field(2, string, "In, NotIn, Exists or DoesNotExist.").required(),
    values: field(3, atomicListOf(string), "The values; none for Exists and DoesNotExist."),
  },
);
export interface ScopedResourceSelectorRequirement
  extends TypeOf<typeof scopedResourceSelectorRequirement> {}

export const scopeSelector = type(
  "ScopeSelector",
  "Requirements on the objects that a quota counts.",
  {
    matchExpressions: field(
      1,
      atomicListOf(scopedResourceSelectorRequirement),
      "The requirements.",
    ),
  },
  { mapType: "atomic" },
);
export interface ScopeSelector extends TypeOf<typeof scopeSelector> {}

export const resourceQuotaSpec = type("ResourceQuotaSpec", "The bounds of a ResourceQuota.", {
  hard: field(1, mapOf(quantity), "The bounds, by resource."),
  scopes: field(2, atomicListOf(string), "Which objects are counted, such as BestEffort."),
  scopeSelector: field(
    3,
    scopeSelector,
    "Which objects are counted, by operators and values.",
  ).pointer(),
});
export interface ResourceQuotaSpec extends TypeOf<typeof resourceQuotaSpec> {}

export const resourceQuotaStatus = type("ResourceQuotaStatus", "How much of a quota is used.", {
  hard: field(1, mapOf(quantity), "The bounds in effect."),
  used: field(2, mapOf(quantity), "What is used, by resource."),
});
export interface ResourceQuotaStatus extends TypeOf<typeof resourceQuotaStatus> {}

export const resourceQuota = kind(
  "ResourceQuota",
  "The most that all objects of a namespace may use together.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, resourceQuotaSpec, "The desired state."),
    status: field(3, resourceQuotaStatus, "The observed state, written by the system."),
  },
  {
    name: "resourcequotas",
    singular: "resourcequota",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["quota"],
    subresources: { status: statusSubresource("ResourceQuota") },
  },
);
export interface ResourceQuota extends TypeOf<typeof resourceQuota> {}
