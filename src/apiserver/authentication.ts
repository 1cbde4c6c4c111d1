import type { ReceivedRequest } from "#base";

/** Who makes a request. */
export interface User {
  readonly name: string;
  /** Empty when the way of authentication knows none. */
  readonly uid: string;
  readonly groups: readonly string[];
  /** Further facts by key, for example `authentication.kubernetes.io/pod-name`. */
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

/**
 * Finds out who makes a request, impersonation included. Without credentials that is
 * `system:anonymous`, if anonymous requests are allowed at all. Throws `Unauthorized` for credentials
 * that do not hold and `Forbidden` for an impersonation that is not permitted.
 */
export interface Authenticator {
  authenticate(request: ReceivedRequest, signal: AbortSignal): Promise<User>;
}

/** A user without uid and extras. */
export function userOf(name: string, ...groups: readonly string[]): User {
  return { name, uid: "", groups, extra: new Map() };
}

/** Members may do everything; the in-process components and the cluster's owner belong to it. */
export const adminGroup = "system:masters";
