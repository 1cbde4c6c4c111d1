import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { subjectAccessReviewSpec, subjectAccessReviewStatus } from "./parts.ts";
import { kind } from "./package.ts";

export const localSubjectAccessReview = kind(
  "LocalSubjectAccessReview",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, subjectAccessReviewSpec, "").required(),
    status: field(3, subjectAccessReviewStatus, ""),
  },
  {
    name: "localsubjectaccessreviews",
    singular: "localsubjectaccessreview",
    namespaced: true,
    verbs: ["create"],
  },
);
export interface LocalSubjectAccessReview extends TypeOf<typeof localSubjectAccessReview> {}
