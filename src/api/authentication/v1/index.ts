export { type UserInfo, userInfo } from "./parts.ts";
export {
  selfSubjectReview,
  selfSubjectReviewStatus,
  type SelfSubjectReview,
  type SelfSubjectReviewStatus,
} from "./self-subject-review.ts";
export {
  boundObjectReference,
  tokenRequest,
  tokenRequestSpec,
  tokenRequestStatus,
  type BoundObjectReference,
  type TokenRequest,
  type TokenRequestSpec,
  type TokenRequestStatus,
} from "./token-request.ts";
export {
  tokenReview,
  tokenReviewSpec,
  tokenReviewStatus,
  type TokenReview,
  type TokenReviewSpec,
  type TokenReviewStatus,
} from "./token-review.ts";
