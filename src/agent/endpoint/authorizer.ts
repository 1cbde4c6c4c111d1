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

/** Common names in certificates that our authority gave out. */
export interface KnownUsers {
  /** API servers, which may do everything. */
  readonly server: string;
  /** The monitoring engine, which may read metrics. */
  readonly monitor: string;
}

/** Allows the holders of known certificates what is theirs to do, and nobody else anything. */
export function certificateAuthorizer(users: KnownUsers): EndpointAuthorizer {
  return {
    decide: async ({ peer }, { verb, subresource }) => {
      if (peer.certificate === undefined) return { kind: "unauthenticated" };
      const { commonName } = peer.certificate;
      const isAllowed =
        commonName === users.server ||
        (commonName === users.monitor && verb === "get" && subresource === "metrics");
      return isAllowed ? { kind: "allowed" } : { kind: "forbidden", user: commonName };
    },
  };
}
