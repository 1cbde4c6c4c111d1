import { atomicListOf, boolean, field, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const nonResourceRule = type("NonResourceRule", "Paths and what may be done with them.", {
  verbs: field(1, atomicListOf(string), "What may be done; * means everything.").required(),
  nonResourceURLs: field(2, atomicListOf(string), "The paths; * at the end stands for anything."),
});
export interface NonResourceRule extends TypeOf<typeof nonResourceRule> {}

export const resourceRule = type("ResourceRule", "Resources and what may be done with them.", {
  verbs: field(1, atomicListOf(string), "What may be done; * means everything.").required(),
  apiGroups: field(2, atomicListOf(string), "Groups of the resources; * means all."),
  resources: field(3, atomicListOf(string), "The resources; * means all."),
  resourceNames: field(4, atomicListOf(string), "Names of single objects; empty means all."),
});
export interface ResourceRule extends TypeOf<typeof resourceRule> {}

export const selfSubjectRulesReviewSpec = type("SelfSubjectRulesReviewSpec", "Where.", {
  namespace: field(1, string, "The namespace."),
});
export interface SelfSubjectRulesReviewSpec extends TypeOf<typeof selfSubjectRulesReviewSpec> {}

export const subjectRulesReviewStatus = type("SubjectRulesReviewStatus", "The answer.", {
  resourceRules: field(
    1,
    atomicListOf(resourceRule),
    "What may be done with resources.",
  ).required(),
  nonResourceRules: field(
    2,
    atomicListOf(nonResourceRule),
    "What may be done with other paths.",
  ).required(),
  incomplete: field(3, boolean, "Whether there may be more.").required(),
  evaluationError: field(4, string, "What went wrong while finding out."),
});
export interface SubjectRulesReviewStatus extends TypeOf<typeof subjectRulesReviewStatus> {}

export const selfSubjectRulesReview = kind(
  "SelfSubjectRulesReview",
  "Asks what the caller may do in a namespace.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, selfSubjectRulesReviewSpec, "The desired state.").required(),
    status: field(3, subjectRulesReviewStatus, "The observed state, written by the system."),
  },
  {
    name: "selfsubjectrulesreviews",
    singular: "selfsubjectrulesreview",
    namespaced: false,
    verbs: ["create"],
  },
);
export interface SelfSubjectRulesReview extends TypeOf<typeof selfSubjectRulesReview> {}
