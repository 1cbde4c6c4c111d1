import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { userInfo } from "./parts.ts";
import { kind, type } from "./package.ts";

export const selfSubjectReviewStatus = type("SelfSubjectReviewStatus", "The answer.", {
  userInfo: field(1, userInfo, "The caller."),
});
export interface SelfSubjectReviewStatus extends TypeOf<typeof selfSubjectReviewStatus> {}

export const selfSubjectReview = kind(
  "SelfSubjectReview",
  "Who the server takes the caller for.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    status: field(2, selfSubjectReviewStatus, "The observed state, written by the system."),
  },
  {
    name: "selfsubjectreviews",
    singular: "selfsubjectreview",
    namespaced: false,
    verbs: ["create"],
  },
);
export interface SelfSubjectReview extends TypeOf<typeof selfSubjectReview> {}
