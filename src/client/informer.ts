/**
 * Keeps a local copy of the objects of one kind.
 *
 * A round gets the present state and then follows changes: preferably in one streaming watch
 * (`sendInitialEvents`), otherwise by list and watch when the server cannot. A broken watch goes on
 * from the last revision seen; only when the server has forgotten that revision does the next round
 * start anew, and then objects that vanished meanwhile are reported as deleted. Source of the
 * behaviour: client-go `tools/cache` (Reflector).
 */

import { type Clock, type Logger, type Random, sleep } from "#base";
import { type Fields, hasReason, type KindSchema, type Live, type TypeOf } from "#api";
import { backoffMs } from "./backoff.ts";
import type {
  Client,
  Informer,
  InformerOptions,
  ObjectCache,
  ObjectChange,
  ResourceClient,
  WatchEvent,
} from "./client.ts";
import { identified, onlyIdentity } from "./decode.ts";
import { formatKey, IndexedObjects, type Indexes, keyOfObject } from "./object-cache.ts";

export interface InformerDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const retryBackoff = { firstMs: 200, maxMs: 30_000 };

/** An informer that can be asked to find objects in further ways. */
export interface IndexableInformer<T> extends Informer<T> {
  addIndexes(indexes: Indexes<T>): void;
}

/** An informer for `kind`; it does nothing until `run`. */
export function createInformer<F extends Fields>(
  deps: InformerDeps,
  kind: KindSchema<F>,
  options: InformerOptions<TypeOf<KindSchema<F>>> = {},
): IndexableInformer<TypeOf<KindSchema<F>>> {
  return new WatchingInformer<TypeOf<KindSchema<F>>>(
    { ...deps, log: deps.log.child({ kind: kind.kind }) },
    deps.client.of(kind),
    options,
  );
}

class WatchingInformer<T> implements IndexableInformer<T> {
  readonly #deps: InformerDeps;
  readonly #resource: ResourceClient<T>;
  readonly #options: InformerOptions<T>;
  readonly #objects = new IndexedObjects<T>();
  readonly #handlers = new Set<(change: ObjectChange<T>) => void>();
  readonly #firstSync = Promise.withResolvers<void>();
  /** Revision to go on watching from; undefined means that the state must be fetched anew. */
  #revision: string | undefined;
  #canStreamState = true;

  constructor(deps: InformerDeps, resource: ResourceClient<T>, options: InformerOptions<T>) {
    this.#deps = deps;
    this.#resource = resource;
    this.#options = options;
    this.#objects.addIndexes(options.indexes ?? {});
  }

  get cache(): ObjectCache<T> {
    return this.#objects;
  }

  async synced(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await Promise.race([this.#firstSync.promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  addIndexes(indexes: Indexes<T>): void {
    this.#objects.addIndexes(indexes);
  }

  onChange(handler: (change: ObjectChange<T>) => void): Disposable {
    this.#handlers.add(handler);
    for (const after of this.#objects.list()) handler({ before: undefined, after });
    return { [Symbol.dispose]: () => this.#handlers.delete(handler) };
  }

  async run(signal: AbortSignal): Promise<void> {
    let failureCount = 0;
    while (!signal.aborted) {
      try {
        await this.#round(signal);
        failureCount = 0;
      } catch (error) {
        // The catch site of the informer loop: whatever broke the watch, the next round mends it.
        if (signal.aborted) return;
        if (this.#shouldListInstead(error)) continue;
        this.#noteFailure(error);
        const delayMs = backoffMs(retryBackoff, failureCount++, this.#deps.random);
        await sleep(this.#deps.clock, delayMs, signal).catch(() => {});
      }
    }
  }

  /** An older server refuses to stream its state; listing brings the same. */
  #shouldListInstead(error: unknown): boolean {
    if (!this.#canStreamState || this.#revision !== undefined) return false;
    if (!hasReason(error, "Invalid")) return false;
    this.#canStreamState = false;
    return true;
  }

  #noteFailure(error: unknown): void {
    if (hasReason(error, "Expired") || hasReason(error, "Gone")) {
      this.#revision = undefined;
      return;
    }
    this.#deps.log.warn("watch broke off", { why: String(error) });
  }

  async #round(signal: AbortSignal): Promise<void> {
    if (this.#revision === undefined) {
      if (this.#canStreamState) return this.#streamState(signal);
      await this.#fetchState(signal);
    }
    await this.#follow(signal);
  }

  /** One watch that first brings the whole state, then changes. */
  async #streamState(signal: AbortSignal): Promise<void> {
    const seen = new Set<string>();
    let complete = false;
    const events = this.#resource.watch({ ...this.#scope(), sendInitialEvents: true }, signal);
    for await (const event of events) {
      if (!complete && event.type !== "BOOKMARK") seen.add(keyTextOf(event.object));
      this.#apply(event);
      if (!complete && event.type === "BOOKMARK" && event.initialEventsEnd) {
        complete = true;
        this.#removeUnseen(seen);
        this.#firstSync.resolve();
      }
      if (complete) this.#revision = revisionOf(event);
    }
  }

  async #fetchState(signal: AbortSignal): Promise<void> {
    const { items, resourceVersion } = await this.#resource.list(this.#scope(), signal);
    for (const item of items) this.#put(item);
    this.#removeUnseen(new Set(items.map(keyTextOf)));
    this.#revision = resourceVersion;
    this.#firstSync.resolve();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const from = this.#revision;
    if (from === undefined) return;
    const events = this.#resource.watch({ ...this.#scope(), resourceVersion: from }, signal);
    for await (const event of events) {
      this.#apply(event);
      this.#revision = revisionOf(event);
    }
  }

  #scope() {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    return {
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
  }

  #apply(event: WatchEvent<T>): void {
    if (event.type === "BOOKMARK") return;
    if (event.type === "DELETED") this.#remove(keyTextOf(event.object), event.object);
    else this.#put(event.object);
  }

  #put(object: Live<T>): void {
    const before = this.#objects.put(
      this.#options.keeps === "identities" ? onlyIdentity(object) : object,
    );
    if (before !== undefined && resourceVersionOf(before) === resourceVersionOf(object)) return;
    this.#announce({ before, after: object });
  }

  /** `last` is the object's last state, which the cache may not have seen. */
  #remove(key: string, last: Live<T>): void {
    const before = this.#objects.remove(key);
    if (before !== undefined) this.#announce({ before: last, after: undefined });
  }

  #removeUnseen(seen: ReadonlySet<string>): void {
    for (const key of this.#objects.keys()) {
      if (seen.has(key)) continue;
      const before = this.#objects.remove(key);
      this.#announce({ before, after: undefined });
    }
  }

  #announce(change: ObjectChange<T>): void {
    for (const handler of this.#handlers) handler(change);
  }
}

function keyTextOf<T>(object: Live<T>): string {
  return formatKey(keyOfObject(identified(object)));
}

function resourceVersionOf<T>(object: Live<T>): string {
  return object.metadata.resourceVersion;
}

function revisionOf<T>(event: WatchEvent<T>): string {
  return event.type === "BOOKMARK" ? event.resourceVersion : resourceVersionOf(event.object);
}
