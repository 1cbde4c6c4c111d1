import { atomicListOf, boolean, field, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { userInfo } from "./parts.ts";
import { kind, type } from "./package.ts";

export const tokenReviewSpec = type("TokenReviewSpec", "The token in question.", {
  token: field(1, string, "The token.").required().implicit(),
  audiences: field(2, atomicListOf(string), "Audiences that the asker identifies as."),
});
export interface TokenReviewSpec extends TypeOf<typeof tokenReviewSpec> {}

export const tokenReviewStatus = type("TokenReviewStatus", "The answer.", {
  authenticated: field(1, boolean, "Whether the token is good."),
  user: field(2, userInfo, "Whose it is."),
  error: field(3, string, "Why it could not be checked."),
  audiences: field(
    4,
    atomicListOf(string),
    "Those of the asker's audiences that the token is for.",
  ),
});
export interface TokenReviewStatus extends TypeOf<typeof tokenReviewStatus> {}

export const tokenReview = kind(
  "TokenReview",
  "Asks whether a token is good, and whose it is.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, tokenReviewSpec, "The desired state.").required(),
    status: field(3, tokenReviewStatus, "The observed state, written by the system."),
  },
  { name: "tokenreviews", singular: "tokenreview", namespaced: false, verbs: ["create"] },
);
export interface TokenReview extends TypeOf<typeof tokenReview> {}
