import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { nonResourceAttributes, resourceAttributes, subjectAccessReviewStatus } from "./parts.ts";
import { kind, type } from "./package.ts";

export const selfSubjectAccessReviewSpec = type("SelfSubjectAccessReviewSpec", "", {
  resourceAttributes: field(1, resourceAttributes, "").pointer(),
  nonResourceAttributes: field(2, nonResourceAttributes, "").pointer(),
});
export interface SelfSubjectAccessReviewSpec extends TypeOf<typeof selfSubjectAccessReviewSpec> {}

export const selfSubjectAccessReview = kind(
  "SelfSubjectAccessReview",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, selfSubjectAccessReviewSpec, "").required(),
    status: field(3, subjectAccessReviewStatus, ""),
  },
  {
    name: "selfsubjectaccessreviews",
    singular: "selfsubjectaccessreview",
    namespaced: false,
    verbs: ["create"],
  },
);
export interface SelfSubjectAccessReview extends TypeOf<typeof selfSubjectAccessReview> {}
