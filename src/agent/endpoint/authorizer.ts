/** Who may ask a node about its pods, in the terms that upstream's RBAC roles are written in. */
import type { ReceivedRequest } from "#base";

/** A request as an access check on the resource `nodes`. */
export interface NodeAccess {
  readonly verb: string;
  /** `proxy`, `log`, `stats`, `metrics`, `healthz`, `pods`, `configz`. */
  readonly subresource: string;
}

export type AccessDecision =
  | { readonly kind: "allowed" }
  | { readonly kind: "unauthenticated" }
  | { readonly kind: "forbidden"; readonly user: string };

/** Decides about each request to a node's endpoint; a cluster's own asks the API server. */
export interface EndpointAuthorizer {
  decide(
    request: ReceivedRequest,
    access: NodeAccess,
    signal: AbortSignal,
  ): Promise<AccessDecision>;
}

const verbs: ReadonlyMap<string, string> = new Map([
  ["GET", "get"],
  ["HEAD", "get"],
  ["POST", "create"],
  ["PUT", "update"],
  ["PATCH", "patch"],
  ["DELETE", "delete"],
]);

const subresources: ReadonlyMap<string, string> = new Map([
  ["stats", "stats"],
  ["metrics", "metrics"],
  ["logs", "log"],
  ["checkpoint", "checkpoint"],
  ["healthz", "healthz"],
  ["pods", "pods"],
  ["configz", "configz"],
]);

/** Everything that is not named is `nodes/proxy`: whoever has that may run commands in every pod. */
export function nodeAccessOf(method: string, segments: readonly string[]): NodeAccess {
  return {
    verb: verbs.get(method) ?? "",
    subresource: subresources.get(segments[0] ?? "") ?? "proxy",
  };
}

/**
 * Allows the holders of certificates that our authority gave to API servers, and nobody else.
 *
 * @param user the common name in those certificates
 */
export function certificateAuthorizer(user: string): EndpointAuthorizer {
  return {
    decide: async ({ peer }) => {
      if (peer.certificate === undefined) return { kind: "unauthenticated" };
      const { commonName } = peer.certificate;
      return commonName === user ? { kind: "allowed" } : { kind: "forbidden", user: commonName };
    },
  };
}
