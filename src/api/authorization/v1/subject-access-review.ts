import { field, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { subjectAccessReviewSpec, subjectAccessReviewStatus } from "./parts.ts";
import { kind } from "./package.ts";

export const subjectAccessReview = kind(
  "SubjectAccessReview",
  "Asks whether a user may do something.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, subjectAccessReviewSpec, "The desired state.").required(),
    status: field(3, subjectAccessReviewStatus, "The observed state, written by the system."),
  },
  {
    name: "subjectaccessreviews",
    singular: "subjectaccessreview",
    namespaced: false,
    verbs: ["create"],
  },
);
export interface SubjectAccessReview extends TypeOf<typeof subjectAccessReview> {}
