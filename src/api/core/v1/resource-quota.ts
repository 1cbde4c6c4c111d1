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

export const scopedResourceSelectorRequirement = type("ScopedResourceSelectorRequirement", "", {
  scopeName: field(1, string, "").required(),
  operator: field(2, string, "").required(),
  values: field(3, atomicListOf(string), ""),
});
export interface ScopedResourceSelectorRequirement
  extends TypeOf<typeof scopedResourceSelectorRequirement> {}

export const scopeSelector = type(
  "ScopeSelector",
  "",
  {
    matchExpressions: field(1, atomicListOf(scopedResourceSelectorRequirement), ""),
  },
  { mapType: "atomic" },
);
export interface ScopeSelector extends TypeOf<typeof scopeSelector> {}

export const resourceQuotaSpec = type("ResourceQuotaSpec", "", {
  hard: field(1, mapOf(quantity), ""),
  scopes: field(2, atomicListOf(string), ""),
  scopeSelector: field(3, scopeSelector, "").pointer(),
});
export interface ResourceQuotaSpec extends TypeOf<typeof resourceQuotaSpec> {}

export const resourceQuotaStatus = type("ResourceQuotaStatus", "", {
  hard: field(1, mapOf(quantity), ""),
  used: field(2, mapOf(quantity), ""),
});
export interface ResourceQuotaStatus extends TypeOf<typeof resourceQuotaStatus> {}

export const resourceQuota = kind(
  "ResourceQuota",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, resourceQuotaSpec, ""),
    status: field(3, resourceQuotaStatus, ""),
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
