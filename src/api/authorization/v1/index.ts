export {
  localSubjectAccessReview,
  type LocalSubjectAccessReview,
} from "./local-subject-access-review.ts";
export {
  fieldSelectorAttributes,
  labelSelectorAttributes,
  nonResourceAttributes,
  resourceAttributes,
  subjectAccessReviewSpec,
  subjectAccessReviewStatus,
  type FieldSelectorAttributes,
  type LabelSelectorAttributes,
  type NonResourceAttributes,
  type ResourceAttributes,
  type SubjectAccessReviewSpec,
  type SubjectAccessReviewStatus,
} from "./parts.ts";
export {
  selfSubjectAccessReview,
  selfSubjectAccessReviewSpec,
  type SelfSubjectAccessReview,
  type SelfSubjectAccessReviewSpec,
} from "./self-subject-access-review.ts";
export {
  nonResourceRule,
  resourceRule,
  selfSubjectRulesReview,
  selfSubjectRulesReviewSpec,
  subjectRulesReviewStatus,
  type NonResourceRule,
  type ResourceRule,
  type SelfSubjectRulesReview,
  type SelfSubjectRulesReviewSpec,
  type SubjectRulesReviewStatus,
} from "./self-subject-rules-review.ts";
export { subjectAccessReview, type SubjectAccessReview } from "./subject-access-review.ts";
