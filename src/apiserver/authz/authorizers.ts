import { adminGroup } from "../authentication.ts";
import type { Authorizer } from "../authorization.ts";

/** Members of `system:masters` may do everything, whatever the roles say. */
export const masterAuthorizer: Authorizer = {
  authorize: async ({ groups }) => ({ allowed: groups.includes(adminGroup), reason: "" }),
};

/** Asks one after the other; the first that allows decides. */
export function anyOf(authorizers: readonly Authorizer[]): Authorizer {
  return {
    async authorize(user, access, signal) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = await authorizer.authorize(user, access, signal);
        if (decision.allowed) return decision;
        if (decision.reason !== "") reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join("\n") };
    },
  };
}
