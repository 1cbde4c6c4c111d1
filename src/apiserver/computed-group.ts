import type { AnyKind, JsonObject } from "#api";

/**
 * A group whose objects are not stored: what they are is worked out when somebody asks, by a part of
 * the system beside the server, such as usage by what reads the nodes. Such groups can only be read.
 * Authentication, authorization and the form of the answer are the server's business.
 */
export interface ComputedGroup {
  /** `metrics.k8s.io` */
  readonly name: string;
  /** Refuses by throwing a `StatusError`. */
  answer(question: ComputedQuestion, signal: AbortSignal): Promise<ComputedAnswer>;
}

/**
 * A computed group whose resources nobody declared, because they come and go: discovery asks for them
 * each time. The aggregated documents, which clients keep, only name the group.
 */
export interface DynamicGroup extends ComputedGroup {
  /** In order of preference. */
  readonly versions: readonly string[];
  /** The same in all versions. */
  resources(): readonly DynamicResource[];
}

interface DynamicResource {
  /** `pods/http_requests`, `queue_depth`. */
  readonly name: string;
  readonly namespaced: boolean;
  readonly kind: string;
}

/** What is asked for, as the path says: `…/{version}/namespaces/{namespace}/{resource}/{name}/{subresource}`. */
export interface ComputedQuestion {
  readonly verb: "get" | "list";
  readonly version: string;
  readonly resource: string;
  /** Empty for the resource itself. */
  readonly subresource: string;
  /** Empty for cluster-scoped resources and across all namespaces. */
  readonly namespace: string;
  /** Empty for lists. */
  readonly name: string;
  readonly query: URLSearchParams;
}

export type ComputedAnswer =
  /** One value, a list with a kind of its own among them. */
  | { readonly kind: "value"; readonly schema: AnyKind; readonly value: JsonObject }
  /** Objects of the kind `schema`, to be shown as its list, as rows or as metadata. */
  | { readonly kind: "values"; readonly schema: AnyKind; readonly items: readonly JsonObject[] };
