/** Who may do what in a cluster: authentication, authorization and admission, put together. */

import type { Clock, Random } from "#base";
import type { AdmissionPlugin } from "./admission.ts";
import { defaultPlugins } from "./admission/default-plugins.ts";
import type { Authenticator } from "./authentication.ts";
import type { Authorizer } from "./authorization.ts";
import { bootstrapTokens } from "./authn/bootstrap-tokens.ts";
import { requestAuthenticator } from "./authn/request-authenticator.ts";
import { authenticationReviews } from "./authn/reviews.ts";
import { ServiceAccountTokens, type TokenSigner } from "./authn/service-account-tokens.ts";
import { anyOf, masterAuthorizer } from "./authz/authorizers.ts";
import { openNodeAuthorizer } from "./authz/node/authorizer.ts";
import { rbacAuthorizer } from "./authz/rbac/authorizer.ts";
import { escalationGuard } from "./authz/rbac/escalation-guard.ts";
import { openRbacPolicy } from "./authz/rbac/policy.ts";
import { authorizationReviews } from "./authz/reviews.ts";
import type { Objects } from "./objects/objects.ts";
import type { Review } from "./review.ts";
import type { TokenIssuer } from "./token-issuer.ts";

export interface AccessDeps {
  readonly objects: Objects;
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: TokenSigner;
}

export interface AccessOptions {
  /** URL that service-account tokens name as their source, and their usual audience. */
  readonly issuer: string;
}

/** What an API server needs to decide about requests. */
export interface Access {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly admission: readonly AdmissionPlugin[];
  readonly reviews: readonly Review[];
  readonly tokens: TokenIssuer;
}

/** Opens everything that decides; it looks at `objects`, which must go on following the store. */
export async function openAccess(deps: AccessDeps, options: AccessOptions): Promise<Access> {
  const { objects, clock } = deps;
  const random = deps.random.fork("access");
  const policy = await openRbacPolicy(objects);
  const node = await openNodeAuthorizer(objects);
  const authorizer = anyOf([masterAuthorizer, node, rbacAuthorizer(policy)]);
  const accounts = new ServiceAccountTokens({ ...deps, random }, options);
  const audiences = accounts.defaultAudiences;
  const tokens = [accounts, bootstrapTokens({ objects, clock, audiences })];
  return {
    authenticator: requestAuthenticator({ clock, tokens, audiences, authorizer }),
    authorizer,
    admission: [
      ...defaultPlugins({ objects, clock, random }),
      escalationGuard({ policy, authorizer }),
    ],
    reviews: [
      ...authenticationReviews({ tokens, audiences, clock }),
      ...authorizationReviews({ authorizer, policy }),
    ],
    tokens: accounts,
  };
}
