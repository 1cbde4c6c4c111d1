import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { subjectAccessReviewSpec, subjectAccessReviewStatus } from "./parts.ts";
import { kind } from "./package.ts";

export const subjectAccessReview = kind(
  "SubjectAccessReview",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, subjectAccessReviewSpec, "").required(),
    status: field(3, subjectAccessReviewStatus, ""),
  },
  {
    name: "subjectaccessreviews",
    singular: "subjectaccessreview",
    namespaced: false,
    verbs: ["create"],
  },
);
export interface SubjectAccessReview extends TypeOf<typeof subjectAccessReview> {}
