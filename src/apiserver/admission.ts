import type { AnyKind, JsonObject, ObjectKey } from "#api";
import type { User } from "./authentication.ts";
import type { ResourceAddress } from "./registry/resource.ts";

/** A request that passed authorization and is about to change something. */
export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly user: User;
  readonly resource: ResourceAddress;
  /** Empty for the resource itself. */
  readonly subresource: string;
  /** The kind of `object`; for a subresource such as `eviction` not the resource's own. */
  readonly kind: AnyKind;
  /** The name is empty while a generated one is still to be chosen. */
  readonly key: ObjectKey;
  /** What is to be stored, decoded and defaulted; undefined for DELETE. */
  readonly object: JsonObject | undefined;
  /** What is stored now; undefined for CREATE. */
  readonly oldObject: JsonObject | undefined;
  /** `CreateOptions`, `DeleteOptions` and so on, as decoded. */
  readonly options: JsonObject;
  readonly dryRun: boolean;
  /** Sends a `Warning` header with the response. */
  warn(text: string): void;
}

/**
 * A rule about changes. `mutate` runs before validation and returns the object, changed or the very
 * same; `validate` runs after it. Both refuse by throwing a `StatusError`, and look first whether the
 * request concerns them at all.
 */
export interface AdmissionPlugin {
  /** Upstream's name, for example `NamespaceLifecycle`. */
  readonly name: string;
  mutate?(request: AdmissionRequest, signal: AbortSignal): Promise<JsonObject | undefined>;
  validate?(request: AdmissionRequest, signal: AbortSignal): Promise<void>;
}

/** Runs every plugin's `mutate` in order; each sees what those before it made. */
export async function mutateAll(
  plugins: readonly AdmissionPlugin[],
  request: AdmissionRequest,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  let object = request.object;
  for (const plugin of plugins) {
    if (plugin.mutate === undefined) continue;
    object = await plugin.mutate({ ...request, object }, signal);
  }
  return object;
}

/** Runs every plugin's `validate` in order; the first refusal stands. */
export async function validateAll(
  plugins: readonly AdmissionPlugin[],
  request: AdmissionRequest,
  signal: AbortSignal,
): Promise<void> {
  for (const plugin of plugins) await plugin.validate?.(request, signal);
}
