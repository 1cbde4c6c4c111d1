import {
  listMessageOf,
  atomicListOf,
  boolean,
  field,
  mapOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import {
  fieldSelectorRequirement,
  labelSelectorRequirement,
} from "../../meta/v1/label-selector.ts";
import { type } from "./package.ts";

export const fieldSelectorAttributes = type("FieldSelectorAttributes", "", {
  rawSelector: field(1, string, ""),
  requirements: field(2, atomicListOf(fieldSelectorRequirement), ""),
});
export interface FieldSelectorAttributes extends TypeOf<typeof fieldSelectorAttributes> {}

export const labelSelectorAttributes = type("LabelSelectorAttributes", "", {
  rawSelector: field(1, string, ""),
  requirements: field(2, atomicListOf(labelSelectorRequirement), ""),
});
export interface LabelSelectorAttributes extends TypeOf<typeof labelSelectorAttributes> {}

export const nonResourceAttributes = type("NonResourceAttributes", "", {
  path: field(1, string, ""),
  verb: field(2, string, ""),
});
export interface NonResourceAttributes extends TypeOf<typeof nonResourceAttributes> {}

export const resourceAttributes = type("ResourceAttributes", "", {
  namespace: field(1, string, ""),
  verb: field(2, string, ""),
  group: field(3, string, ""),
  version: field(4, string, ""),
  resource: field(5, string, ""),
  subresource: field(6, string, ""),
  name: field(7, string, ""),
  fieldSelector: field(8, fieldSelectorAttributes, "").pointer(),
  labelSelector: field(9, labelSelectorAttributes, "").pointer(),
});
export interface ResourceAttributes extends TypeOf<typeof resourceAttributes> {}

export const subjectAccessReviewSpec = type("SubjectAccessReviewSpec", "", {
  resourceAttributes: field(1, resourceAttributes, "").pointer(),
  nonResourceAttributes: field(2, nonResourceAttributes, "").pointer(),
  user: field(3, string, ""),
  groups: field(4, atomicListOf(string), ""),
  extra: field(5, mapOf(listMessageOf(string)), ""),
  uid: field(6, string, ""),
});
export interface SubjectAccessReviewSpec extends TypeOf<typeof subjectAccessReviewSpec> {}

export const subjectAccessReviewStatus = type("SubjectAccessReviewStatus", "", {
  allowed: field(1, boolean, "").required(),
  reason: field(2, string, ""),
  evaluationError: field(3, string, ""),
  denied: field(4, boolean, ""),
});
export interface SubjectAccessReviewStatus extends TypeOf<typeof subjectAccessReviewStatus> {}
