import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { userInfo } from "./parts.ts";
import { kind, type } from "./package.ts";

export const selfSubjectReviewStatus = type("SelfSubjectReviewStatus", "", {
  userInfo: field(1, userInfo, ""),
});
export interface SelfSubjectReviewStatus extends TypeOf<typeof selfSubjectReviewStatus> {}

export const selfSubjectReview = kind(
  "SelfSubjectReview",
  "",
  {
    metadata: field(1, objectMeta, ""),
    status: field(2, selfSubjectReviewStatus, ""),
  },
  {
    name: "selfsubjectreviews",
    singular: "selfsubjectreview",
    namespaced: false,
    verbs: ["create"],
  },
);
export interface SelfSubjectReview extends TypeOf<typeof selfSubjectReview> {}
