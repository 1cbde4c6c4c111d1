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

export const fieldSelectorAttributes = type(
  "FieldSelectorAttributes",
  "The field selector of a request.",
  {
    rawSelector: field(1, string, "The selector as text."),
    requirements: field(2, atomicListOf(fieldSelectorRequirement), "The selector as requirements."),
  },
);
export interface FieldSelectorAttributes extends TypeOf<typeof fieldSelectorAttributes> {}

export const labelSelectorAttributes = type(
  "LabelSelectorAttributes",
  "The label selector of a request.",
  {
    rawSelector: field(1, string, "The selector as text."),
    requirements: field(2, atomicListOf(labelSelectorRequirement), "The selector as requirements."),
  },
);
export interface LabelSelectorAttributes extends TypeOf<typeof labelSelectorAttributes> {}

export const nonResourceAttributes = type(
  "NonResourceAttributes",
  "A request for a path that is no resource.",
  {
    path: field(1, string, "The path."),
    verb: field(2, string, "The HTTP method, in lower case."),
  },
);
export interface NonResourceAttributes extends TypeOf<typeof nonResourceAttributes> {}

export const resourceAttributes = type("ResourceAttributes", "A request for a resource.", {
  namespace: field(1, string, "Namespace; empty for all, or for cluster-wide resources."),
  verb: field(2, string, "What is to be done, such as get or create; * means everything."),
  group: field(3, string, "API group; * means all."),
  version: field(4, string, "Version; * means all."),
  resource: field(5, string, "Resource, plural; * means all."),
  subresource: field(6, string, "Subresource, if any."),
  name: field(7, string, "Name of the object; empty for all."),
  fieldSelector: field(8, fieldSelectorAttributes, "Restricts the objects by fields.").pointer(),
  labelSelector: field(9, labelSelectorAttributes, "Restricts the objects by labels.").pointer(),
});
export interface ResourceAttributes extends TypeOf<typeof resourceAttributes> {}

export const subjectAccessReviewSpec = type(
  "SubjectAccessReviewSpec",
  "Who would like to do what.",
  {
    resourceAttributes: field(1, resourceAttributes, "A request for a resource.").pointer(),
    nonResourceAttributes: field(2, nonResourceAttributes, "A request for another path.").pointer(),
    user: field(3, string, "Name of the user."),
    groups: field(4, atomicListOf(string), "Groups of the user."),
    extra: field(5, mapOf(listMessageOf(string)), "Further facts about the user."),
    uid: field(6, string, "Identifier of the user."),
  },
);
export interface SubjectAccessReviewSpec extends TypeOf<typeof subjectAccessReviewSpec> {}

export const subjectAccessReviewStatus = type("SubjectAccessReviewStatus", "The answer.", {
  allowed: field(1, boolean, "Whether the user may.").required(),
  reason: field(2, string, "Why."),
  evaluationError: field(
    3,
    string,
    "What went wrong while finding out; the answer may be right all the same.",
  ),
  denied: field(4, boolean, "Whether somebody forbade it, rather than nobody having allowed it."),
});
export interface SubjectAccessReviewStatus extends TypeOf<typeof subjectAccessReviewStatus> {}
