/** Questions about who somebody is: TokenReview and SelfSubjectReview. */

import { asJsonObject, badRequest, formatTime } from "#api";
import { selfSubjectReview, tokenReview, type UserInfo } from "#api/authentication/v1";
import type { Clock } from "#base";
import type { User } from "../authentication.ts";
import { decodedAs } from "../objects/decode-stored.ts";
import type { Review } from "../review.ts";
import { asAuthenticated } from "./groups.ts";
import { readToken, type TokenReader } from "./token-verdict.ts";

export interface AuthenticationReviewsDeps {
  readonly tokens: readonly TokenReader[];
  /** What tokens must be for when the question does not say. */
  readonly audiences: readonly string[];
  readonly clock: Clock;
}

export function authenticationReviews(deps: AuthenticationReviewsDeps): readonly Review[] {
  return [tokenReviews(deps), selfReviews(deps)];
}

function tokenReviews({ tokens, audiences }: AuthenticationReviewsDeps): Review {
  return {
    kind: tokenReview,
    async answer({ object }, signal) {
      const { token, audiences: asked = [] } = decodedAs(tokenReview, object).spec;
      if (token === "") throw badRequest("token is required for TokenReview in authentication");
      const wanted = asked.length > 0 ? asked : audiences;
      const verdict = await readToken(tokens, token, wanted, signal);
      switch (verdict.kind) {
        case "genuine": {
          const user = userInfoOf(asAuthenticated(verdict.user));
          const status = { authenticated: true, user, audiences: verdict.audiences };
          return asJsonObject({ ...object, status });
        }
        case "refused":
          return asJsonObject({
            ...object,
            status: { error: `[invalid bearer token, ${verdict.why}]` },
          });
        case "unknown":
          return asJsonObject({ ...object, status: { error: "invalid bearer token" } });
      }
    },
  };
}

function selfReviews({ clock }: AuthenticationReviewsDeps): Review {
  return {
    kind: selfSubjectReview,
    answer: async ({ object, user }) =>
      asJsonObject({
        ...object,
        metadata: { creationTimestamp: formatTime(clock.nowMs()) },
        status: { userInfo: userInfoOf(user) },
      }),
  };
}

function userInfoOf({ name, uid, groups, extra }: User): UserInfo {
  return {
    username: name,
    ...(uid === "" ? {} : { uid }),
    groups,
    ...(extra.size === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}
