import { atomicListOf, boolean, field, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { userInfo } from "./parts.ts";
import { kind, type } from "./package.ts";

export const tokenReviewSpec = type("TokenReviewSpec", "", {
  token: field(1, string, "").required().implicit(),
  audiences: field(2, atomicListOf(string), ""),
});
export interface TokenReviewSpec extends TypeOf<typeof tokenReviewSpec> {}

export const tokenReviewStatus = type("TokenReviewStatus", "", {
  authenticated: field(1, boolean, ""),
  user: field(2, userInfo, ""),
  error: field(3, string, ""),
  audiences: field(4, atomicListOf(string), ""),
});
export interface TokenReviewStatus extends TypeOf<typeof tokenReviewStatus> {}

export const tokenReview = kind(
  "TokenReview",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, tokenReviewSpec, "").required(),
    status: field(3, tokenReviewStatus, ""),
  },
  { name: "tokenreviews", singular: "tokenreview", namespaced: false, verbs: ["create"] },
);
export interface TokenReview extends TypeOf<typeof tokenReview> {}
