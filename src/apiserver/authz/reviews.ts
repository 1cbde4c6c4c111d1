/** Questions about who may do what, answered by the server's own authorizer. */

import { asJsonObject, badRequest, type FieldError, invalid, type JsonObject } from "#api";
import {
  localSubjectAccessReview,
  type NonResourceAttributes,
  type ResourceAttributes,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
  type SubjectAccessReviewSpec,
} from "#api/authorization/v1";
import type { User } from "../authentication.ts";
import type { AccessAttributes, Authorizer } from "../authorization.ts";
import { decodedAs } from "../objects/decode-stored.ts";
import type { Review } from "../review.ts";
import type { GrantedRules } from "./rbac/policy.ts";

export interface AuthorizationReviewsDeps {
  readonly authorizer: Authorizer;
  readonly policy: { rulesOf(user: User, namespace: string): GrantedRules };
}

export function authorizationReviews(deps: AuthorizationReviewsDeps): readonly Review[] {
  const { authorizer } = deps;
  return [
    accessReview(authorizer, subjectAccessReview),
    accessReview(authorizer, localSubjectAccessReview),
    selfAccessReview(authorizer),
    rulesReview(deps),
  ];
}

function accessReview(
  authorizer: Authorizer,
  kind: typeof subjectAccessReview | typeof localSubjectAccessReview,
): Review {
  return {
    kind,
    async answer({ object, namespace }, signal) {
      const { spec } = decodedAs(subjectAccessReview, object);
      checkSpec(kind.kind, [...attributeProblems(spec), ...subjectProblems(spec)]);
      const isLocal = kind === localSubjectAccessReview;
      if (isLocal && (spec.resourceAttributes?.namespace ?? "") !== namespace) {
        throw badRequest(
          "spec.resourceAttributes.namespace must match namespace: " + JSON.stringify(namespace),
        );
      }
      return answered(authorizer, { object, user: userOfSpec(spec), spec }, signal);
    },
  };
}

function selfAccessReview(authorizer: Authorizer): Review {
  return {
    kind: selfSubjectAccessReview,
    async answer({ object, user }, signal) {
      const { spec } = decodedAs(selfSubjectAccessReview, object);
      checkSpec("SelfSubjectAccessReview", attributeProblems(spec));
      return answered(authorizer, { object, user, spec }, signal);
    },
  };
}

function rulesReview({ policy }: AuthorizationReviewsDeps): Review {
  return {
    kind: selfSubjectRulesReview,
    async answer({ object, user }) {
      const { namespace = "" } = decodedAs(selfSubjectRulesReview, object).spec;
      if (namespace === "") throw badRequest("no namespace on request");
      const { rules, problems } = policy.rulesOf(user, namespace);
      const granted = rules.map(({ rule }) => rule);
      // What nodes may do follows from their pods and cannot be listed.
      const isNode = user.groups.includes("system:nodes");
      const errors = [
        ...problems,
        ...(isNode ? ["node authorizer does not support user rule resolution"] : []),
      ];
      const status = {
        resourceRules: granted.filter(({ resources = [] }) => resources.length > 0),
        nonResourceRules: granted
          .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
          .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
        incomplete: errors.length > 0,
        ...(errors.length === 0 ? {} : { evaluationError: errors.join(", ") }),
      };
      return asJsonObject({ ...object, status });
    },
  };
}

type Asked = Pick<SubjectAccessReviewSpec, "resourceAttributes" | "nonResourceAttributes">;

async function answered(
  authorizer: Authorizer,
  question: { readonly object: JsonObject; readonly user: User; readonly spec: Asked },
  signal: AbortSignal,
): Promise<JsonObject> {
  const { object, user, spec } = question;
  const { resourceAttributes, nonResourceAttributes } = spec;
  const access =
    resourceAttributes === undefined
      ? pathAccess(nonResourceAttributes ?? {})
      : resourceAccess(resourceAttributes);
  const { allowed, reason } = await authorizer.authorize(user, access, signal);
  return asJsonObject({ ...object, status: { allowed, ...(reason === "" ? {} : { reason }) } });
}

function resourceAccess(asked: ResourceAttributes): AccessAttributes {
  const { verb = "", group = "", version = "", resource = "", subresource = "" } = asked;
  const { namespace = "", name = "", fieldSelector, labelSelector } = asked;
  return {
    kind: "resource",
    verb,
    group,
    version,
    resource,
    subresource,
    namespace,
    name,
    labelSelector: labelSelector?.rawSelector ?? "",
    fieldSelector: fieldSelector?.rawSelector ?? formatRequirements(fieldSelector),
  };
}

/** Field requirements as the selector that says the same; only equality can be said. */
function formatRequirements(selector: ResourceAttributes["fieldSelector"]): string {
  const requirements = selector?.requirements ?? [];
  return requirements
    .flatMap(({ key, operator, values = [] }) =>
      operator === "In" && values.length === 1 ? [`${key}=${values[0]}`] : [],
    )
    .join(",");
}

function pathAccess({ path = "", verb = "" }: NonResourceAttributes): AccessAttributes {
  return { kind: "path", verb: verb.toLowerCase(), path };
}

function userOfSpec({ user = "", groups = [], uid = "", extra = {} }: SubjectAccessReviewSpec) {
  return { name: user, uid, groups, extra: new Map(Object.entries(extra)) };
}

function checkSpec(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: "authorization.k8s.io", name: kind }, "", errors);
}

function attributeProblems(spec: Asked): readonly FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const why = "cannot be specified in combination with resourceAttributes";
    const message = `Invalid value: ${why}`;
    return [{ field: "spec.nonResourceAttributes", reason: "FieldValueInvalid", message }];
  }
  if (resourceAttributes !== undefined || nonResourceAttributes !== undefined) return [];
  const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  const message = `Invalid value: ${why}`;
  return [{ field: "spec.resourceAttributes", reason: "FieldValueInvalid", message }];
}

function subjectProblems({ user = "", groups = [] }: SubjectAccessReviewSpec) {
  if (user !== "" || groups.length > 0) return [];
  const message = "Invalid value: at least one of user or group must be specified";
  return [{ field: "spec.user", reason: "FieldValueInvalid", message } as const];
}
