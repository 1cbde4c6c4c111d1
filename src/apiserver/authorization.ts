import type { User } from "./authentication.ts";

/** What a request wants to do; upstream's authorizer attributes. */
export type AccessAttributes = ResourceAccess | PathAccess;

export interface ResourceAccess {
  readonly kind: "resource";
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, … */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  /** Plural resource name. */
  readonly resource: string;
  /** Empty for the resource itself. */
  readonly subresource: string;
  /** Empty for cluster-scoped resources and requests across all namespaces. */
  readonly namespace: string;
  /** Empty when the request names no object. A list selected by `metadata.name` names one. */
  readonly name: string;
  /** The selectors of a list, watch or deletecollection, as sent; empty when there is none. */
  readonly labelSelector: string;
  readonly fieldSelector: string;
}

/** A request for something that is no resource: `/healthz`. */
export interface PathAccess {
  readonly kind: "path";
  /** The HTTP method in lower case. */
  readonly verb: string;
  readonly path: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** Why, for the audit log; appended to the refusal when it tells of an error. May be empty. */
  readonly reason: string;
}

/** Decides whether a user may do something. No opinion is a refusal. */
export interface Authorizer {
  authorize(user: User, access: AccessAttributes, signal: AbortSignal): Promise<AccessDecision>;
}
