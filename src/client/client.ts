/**
 * The typed client: what controllers, scheduler, agents and the CLI use to speak the API.
 *
 * It is the same over HTTPS and in process; only the `HttpTransport` behind it differs. Every method
 * throws `StatusError` for what the server refuses and lets the transport's errors pass.
 */

import type { JsonObject, JsonValue, KindSchema, Fields, Live, ObjectKey, TypeOf } from "#api";

export interface Client {
  /** Access to the objects of one kind: `client.of(pod).get(key)`. */
  of<F extends Fields>(kind: KindSchema<F>): ResourceClient<TypeOf<KindSchema<F>>>;
  /** One exchange at any path, for what has no declared kind; resolves with the answer's body. */
  exchange(request: PlainRequest, signal: AbortSignal): Promise<JsonValue>;
}

export interface PlainRequest {
  readonly method: "GET" | "POST" | "PUT";
  /** Path and query. */
  readonly target: string;
  readonly body?: JsonObject;
}

export interface ListOptions {
  /** Absent or empty means all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects per page; the client follows continue tokens itself. */
  readonly limit?: number;
  /** `"0"`: any state the server has at hand; absent: the most recent. */
  readonly resourceVersion?: string;
}

export interface ObjectList<T> {
  readonly items: readonly Live<T>[];
  readonly resourceVersion: string;
}

export interface WatchOptions extends ListOptions {
  /** Ask for the present state first, as ADDED events up to an `initialEventsEnd` bookmark. */
  readonly sendInitialEvents?: boolean;
}

export type WatchEvent<T> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: Live<T> }
  | {
      readonly type: "BOOKMARK";
      readonly resourceVersion: string;
      readonly initialEventsEnd: boolean;
    };

export interface WriteOptions {
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  /** Take over fields that others own. */
  readonly force?: boolean;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  /** Delete only while these still hold; otherwise Conflict. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export type Patch =
  | { readonly type: "json"; readonly body: readonly JsonObject[] }
  | { readonly type: "merge" | "strategic"; readonly body: JsonObject };

export interface ResourceClient<T> {
  /** Throws NotFound when absent. */
  get(key: ObjectKey, signal: AbortSignal): Promise<Live<T>>;
  /** Undefined when absent. */
  find(key: ObjectKey, signal: AbortSignal): Promise<Live<T> | undefined>;
  list(options: ListOptions, signal: AbortSignal): Promise<ObjectList<T>>;
  /** Ends when the server ends the watch; throws StatusError `Expired` when events were missed. */
  watch(options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
  /** The namespace is the object's own; the server fills in what is absent. */
  create(object: T, options: WriteOptions, signal: AbortSignal): Promise<Live<T>>;
  /** Replaces; with `metadata.resourceVersion` only that very revision, else Conflict. */
  update(object: T, options: WriteOptions, signal: AbortSignal): Promise<Live<T>>;
  updateStatus(object: T, options: WriteOptions, signal: AbortSignal): Promise<Live<T>>;
  patch(key: ObjectKey, patch: Patch, options: WriteOptions, signal: AbortSignal): Promise<Live<T>>;
  patchStatus(
    key: ObjectKey,
    patch: Patch,
    options: WriteOptions,
    signal: AbortSignal,
  ): Promise<Live<T>>;
  /** Server-side apply. */
  apply(object: T, options: ApplyOptions, signal: AbortSignal): Promise<Live<T>>;
  delete(key: ObjectKey, options: DeleteOptions, signal: AbortSignal): Promise<void>;
  /** POSTs to a subresource (`binding`, `eviction`, `token`); resolves with the answer's body. */
  createSubresource(
    key: ObjectKey,
    subresource: string,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonValue>;
  /** PUTs a subresource (`finalize`, `approval`). */
  replaceSubresource(
    key: ObjectKey,
    subresource: string,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonValue>;
}

/** A live, indexed copy of the objects of one kind, kept up to date by watching. */
export interface Informer<T> {
  /** Lists, then watches until aborted; retries with back-off, relists when events were missed. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when the first complete state has arrived. */
  synced(signal: AbortSignal): Promise<void>;
  readonly cache: ObjectCache<T>;
  /**
   * Called after the cache has changed, in order; first of all, before this returns, once for each
   * object that the cache holds already. Disposing removes the handler.
   */
  onChange(handler: (change: ObjectChange<T>) => void): Disposable;
}

/** `before` is absent for a new object, `after` for a deleted one. */
export interface ObjectChange<T> {
  readonly before: Live<T> | undefined;
  readonly after: Live<T> | undefined;
}

export interface ObjectCache<T> {
  find(key: ObjectKey): Live<T> | undefined;
  /** All objects, or those of one namespace; in no particular order. */
  list(namespace?: string): readonly Live<T>[];
  /** Objects whose index function `name` yielded `value`; see `InformerOptions.indexes`. */
  byIndex(name: string, value: string): readonly Live<T>[];
  readonly size: number;
}

export interface InformerOptions<T> {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /**
   * `identities`: of each object the cache keeps no more than the metadata that tells it and its
   * revision from others; handlers are given it whole, as `after`. All of it by default.
   */
  readonly keeps?: "objects" | "identities";
  /**
   * Named indexes. Always there: `namespace`, `ownerUid` (uid of the managing owner) and
   * `orphanNamespace` (namespace, of objects without a managing owner).
   */
  readonly indexes?: Readonly<Record<string, (object: Live<T>) => readonly string[]>>;
}
