import type { AccessAttributes, AccessDecision, Authorizer } from "../../authorization.ts";
import type { User } from "../../authentication.ts";
import type { RbacPolicy } from "./policy.ts";
import { ruleAllows } from "./rule-match.ts";

/** Allows what a rule of the user's roles allows. */
export function rbacAuthorizer(policy: RbacPolicy): Authorizer {
  return { authorize: async (user, access) => decideByRules(policy, user, access) };
}

export function decideByRules(
  policy: RbacPolicy,
  user: User,
  access: AccessAttributes,
): AccessDecision {
  const namespace = access.kind === "resource" ? access.namespace : "";
  const { rules, problems } = policy.rulesOf(user, namespace);
  const granted = rules.find(({ rule }) => ruleAllows(rule, access));
  if (granted !== undefined) {
    return { allowed: true, reason: `RBAC: allowed by ${granted.binding}` };
  }
  return { allowed: false, reason: problems.length === 0 ? "" : `RBAC: ${joined(problems)}` };
}

/** Several errors as Go shows them. */
export function joined(problems: readonly string[]): string {
  const [only] = problems;
  return only !== undefined && problems.length === 1 ? only : `[${problems.join(", ")}]`;
}
