import { atomicListOf, boolean, field, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const nonResourceRule = type("NonResourceRule", "", {
  verbs: field(1, atomicListOf(string), "").required(),
  nonResourceURLs: field(2, atomicListOf(string), ""),
});
export interface NonResourceRule extends TypeOf<typeof nonResourceRule> {}

export const resourceRule = type("ResourceRule", "", {
  verbs: field(1, atomicListOf(string), "").required(),
  apiGroups: field(2, atomicListOf(string), ""),
  resources: field(3, atomicListOf(string), ""),
  resourceNames: field(4, atomicListOf(string), ""),
});
export interface ResourceRule extends TypeOf<typeof resourceRule> {}

export const selfSubjectRulesReviewSpec = type("SelfSubjectRulesReviewSpec", "", {
  namespace: field(1, string, ""),
});
export interface SelfSubjectRulesReviewSpec extends TypeOf<typeof selfSubjectRulesReviewSpec> {}

export const subjectRulesReviewStatus = type("SubjectRulesReviewStatus", "", {
  resourceRules: field(1, atomicListOf(resourceRule), "").required(),
  nonResourceRules: field(2, atomicListOf(nonResourceRule), "").required(),
  incomplete: field(3, boolean, "").required(),
  evaluationError: field(4, string, ""),
});
export interface SubjectRulesReviewStatus extends TypeOf<typeof subjectRulesReviewStatus> {}

export const selfSubjectRulesReview = kind(
  "SelfSubjectRulesReview",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, selfSubjectRulesReviewSpec, "").required(),
    status: field(3, subjectRulesReviewStatus, ""),
  },
  {
    name: "selfsubjectrulesreviews",
    singular: "selfsubjectrulesreview",
    namespaced: false,
    verbs: ["create"],
  },
);
export interface SelfSubjectRulesReview extends TypeOf<typeof selfSubjectRulesReview> {}
