/**
 * Nobody can grant what they do not have: who writes a role must hold its rules or have the verb
 * `escalate`, who writes a binding must hold the rules of its role or have the verb `bind`.
 *
 * Upstream checks this where roles are stored, after all admission; here it is the last plugin.
 */

import { forbidden, isSemanticallyEqual, type JsonObject } from "#api";
import {
  type ClusterRole,
  clusterRole,
  clusterRoleBinding,
  type PolicyRule,
  role,
  type RoleBinding,
  roleBinding,
  type RoleRef,
} from "#api/rbac/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import { adminGroup } from "../../authentication.ts";
import type { Authorizer } from "../../authorization.ts";
import { decodedAs } from "../../objects/decode-stored.ts";
import { withMetadata } from "../../objects/metadata.ts";
import { joined } from "./authorizer.ts";
import { formatRule, formatTexts, uncoveredRules } from "./coverage.ts";
import { missingRole, type RbacPolicy } from "./policy.ts";

export interface EscalationGuardDeps {
  readonly policy: RbacPolicy;
  readonly authorizer: Authorizer;
}

export function escalationGuard(deps: EscalationGuardDeps): AdmissionPlugin {
  return {
    name: "RBACEscalation",
    async validate(request, signal) {
      const { object, user, operation, subresource } = request;
      if (object === undefined || subresource !== "") return;
      if (operation !== "CREATE" && operation !== "UPDATE") return;
      const question = questionOf(request, object);
      if (question === undefined || user.groups.includes(adminGroup)) return;
      if (changesOnlyOwners(request, object)) return;
      if (await mayAnyway(deps, request, { question, signal })) return;
      const rules = question.rulesIn(deps.policy);
      const { rules: held, problems } = deps.policy.rulesOf(user, request.key.namespace);
      const missing = uncoveredRules(
        held.map(({ rule }) => rule),
        rules,
      );
      if (missing.length > 0) throw refusal(request, missing, problems);
    },
  };
}

/** What a write grants, and the verb that allows it without having it. */
interface Question {
  readonly verb: "escalate" | "bind";
  /** The role that is written or bound. */
  readonly role: RoleRef;
  /** Throws NotFound when the role is not there. */
  rulesIn(policy: RbacPolicy): readonly PolicyRule[];
}

function questionOf({ kind, key }: AdmissionRequest, object: JsonObject): Question | undefined {
  switch (kind) {
    case role:
    case clusterRole: {
      const written = decodedAs(clusterRole, object);
      const name = { apiGroup: "rbac.authorization.k8s.io", kind: kind.kind, name: key.name };
      return { verb: "escalate", role: name, rulesIn: () => rulesOfWritten(written) };
    }
    case roleBinding:
    case clusterRoleBinding: {
      const { roleRef }: RoleBinding = decodedAs(roleBinding, object);
      const rulesIn = (policy: RbacPolicy) => {
        const found = policy.findRules(roleRef, key.namespace);
        if (found === undefined) throw missingRole(roleRef);
        return found;
      };
      return { verb: "bind", role: roleRef, rulesIn };
    }
    default:
      return undefined;
  }
}

/** A role that takes its rules from others can come to hold anything. */
function rulesOfWritten({ rules = [], aggregationRule }: ClusterRole): readonly PolicyRule[] {
  if (aggregationRule === undefined) return rules;
  const all = [
    { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
    { nonResourceURLs: ["*"], verbs: ["*"] },
  ];
  return [...rules, ...all];
}

/** The garbage collector may let go of what it did not grant. */
function changesOnlyOwners({ oldObject, kind }: AdmissionRequest, object: JsonObject): boolean {
  if (oldObject === undefined) return false;
  const dropped = {
    ownerReferences: undefined,
    finalizers: undefined,
    managedFields: undefined,
    resourceVersion: undefined,
  };
  return isSemanticallyEqual(kind, withMetadata(object, dropped), withMetadata(oldObject, dropped));
}

async function mayAnyway(
  { authorizer }: EscalationGuardDeps,
  { user, key }: AdmissionRequest,
  asked: { readonly question: Question; readonly signal: AbortSignal },
): Promise<boolean> {
  const { verb, role: named } = asked.question;
  const { allowed } = await authorizer.authorize(
    user,
    {
      kind: "resource",
      verb,
      group: "rbac.authorization.k8s.io",
      version: "v1",
      resource: named.kind === "ClusterRole" ? "clusterroles" : "roles",
      subresource: "",
      namespace: key.namespace,
      name: named.name,
      labelSelector: "",
      fieldSelector: "",
    },
    asked.signal,
  );
  return allowed;
}

function refusal(
  { user, resource, key }: AdmissionRequest,
  missing: readonly PolicyRule[],
  problems: readonly string[],
) {
  const who = `user ${JSON.stringify(user.name)} (groups=${formatTexts(user.groups)})`;
  const what = missing.map(formatRule).join("\n");
  const unsure = problems.length === 0 ? "" : `; resolution errors: [${joined(problems)}]`;
  const why = `${who} is attempting to grant RBAC permissions not currently held:\n${what}${unsure}`;
  return forbidden(resource, key.name, why);
}
