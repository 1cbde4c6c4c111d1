import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { nonResourceAttributes, resourceAttributes, subjectAccessReviewStatus } from "./parts.ts";
import { kind, type } from "./package.ts";

export const selfSubjectAccessReviewSpec = type(
  "SelfSubjectAccessReviewSpec",
  "What the caller would like to do.",
  {
    resourceAttributes: field(1, resourceAttributes, "A request for a resource.").pointer(),
    nonResourceAttributes: field(2, nonResourceAttributes, "A request for another path.").pointer(),
  },
);
export interface SelfSubjectAccessReviewSpec extends TypeOf<typeof selfSubjectAccessReviewSpec> {}

export const selfSubjectAccessReview = kind(
  "SelfSubjectAccessReview",
  "Asks whether the caller may do something.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, selfSubjectAccessReviewSpec, "The desired state.").required(),
    status: field(3, subjectAccessReviewStatus, "The observed state, written by the system."),
  },
  {
    name: "selfsubjectaccessreviews",
    singular: "selfsubjectaccessreview",
    namespaced: false,
    verbs: ["create"],
  },
);
export interface SelfSubjectAccessReview extends TypeOf<typeof selfSubjectAccessReview> {}
