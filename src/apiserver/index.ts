export { type Access, type AccessDeps, type AccessOptions, openAccess } from "./access.ts";
export {
  type AdmissionPlugin,
  type AdmissionRequest,
  mutateAll,
  validateAll,
} from "./admission.ts";
export { adminGroup, type Authenticator, type User, userOf } from "./authentication.ts";
export type {
  AccessAttributes,
  AccessDecision,
  Authorizer,
  PathAccess,
  ResourceAccess,
} from "./authorization.ts";
export type {
  ComputedAnswer,
  ComputedGroup,
  ComputedQuestion,
  DynamicGroup,
} from "./computed-group.ts";
export { type ComputedObjects, computedGroupOf } from "./handlers/computed.ts";
export { authenticatedGroup } from "./authn/groups.ts";
export type { TokenSigner } from "./authn/service-account-tokens.ts";
export { type DefaultPolicy, defaultPolicy } from "./authz/bootstrap/default-policy.ts";
export { planBinding, planRole } from "./authz/bootstrap/reconcile.ts";
export type { Mount, RequestedBy } from "./endpoints/endpoints.ts";
export type { NodeConnector, ProxyTarget } from "./node-connector.ts";
export type { LiveSet } from "./objects/live-set.ts";
export {
  defaultObjectsOptions,
  Objects,
  type ObjectsDeps,
  type ObjectsOptions,
} from "./objects/objects.ts";
export {
  type BehaviorEntry,
  defineBehavior,
  genericBehavior,
  type NameRule,
  type ResourceBehavior,
  type UpdateTarget,
} from "./registry/behavior.ts";
export type { Resource, ResourceAddress } from "./registry/resource.ts";
export type { Review, ReviewQuestion } from "./review.ts";
export {
  type ApiServer,
  type ApiServerDeps,
  type ApiServerOptions,
  openApiServer,
  defaultApiServerOptions,
} from "./server.ts";
export type { BoundObject, IssuedToken, TokenClaims, TokenIssuer } from "./token-issuer.ts";
