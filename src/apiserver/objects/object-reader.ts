import { notFound, type ObjectKey, StatusError } from "#api";
import { type Clock, sleep } from "#base";
import { CompactedError, FutureRevisionError, type Store } from "#store";
import type { Resource } from "../registry/resource.ts";
import type { ReadPoint } from "../request/read-options.ts";
import { FactsMemo } from "./facts-memo.ts";
import { listPrefixOf, objectOfStored, type StoredObject, storeKeyOf } from "./stored-object.ts";

export interface ObjectReaderDeps {
  readonly store: Store;
  readonly clock: Clock;
}

export interface RangeRequest {
  readonly resource: Resource;
  /** Empty: all namespaces. */
  readonly namespace: string;
  /** The last key of the page before, below the prefix of resource and namespace; empty: the first. */
  readonly startAfter: string;
  /** 0: no limit. */
  readonly limit: number;
  /** Undefined: the newest. */
  readonly revision: number | undefined;
}

export interface ObjectRange {
  readonly objects: readonly StoredObject[];
  readonly revision: number;
  readonly remainingCount: number;
}

/** How long a request waits for a revision that is said to come, as upstream. */
const futureWaitMs = 3_000;
const futurePollMs = 50;
/** Labels and fields of so many objects are kept at hand: about 500 bytes each. */
const rememberedFactsMax = 100_000;

/** Reads objects of the store as of a point that a client asked for. */
export class ObjectReader {
  readonly #deps: ObjectReaderDeps;
  readonly #facts = new FactsMemo(rememberedFactsMax);

  constructor(deps: ObjectReaderDeps) {
    this.#deps = deps;
  }

  async find(resource: Resource, key: ObjectKey): Promise<StoredObject | undefined> {
    const stored = await this.#deps.store.find(storeKeyOf(resource, key));
    return stored === undefined ? undefined : objectOfStored(resource, stored);
  }

  /** Throws NotFound. */
  async get(resource: Resource, key: ObjectKey): Promise<StoredObject> {
    const object = await this.find(resource, key);
    if (object === undefined) throw notFound(resource.resourceName, key.name);
    return object;
  }

  /** Throws what the store throws for revisions that it cannot read. */
  async range(request: RangeRequest): Promise<ObjectRange> {
    const prefix = listPrefixOf(request.resource, request.namespace);
    const found = await this.#deps.store.range(prefix, {
      startAfter: request.startAfter === "" ? undefined : prefix + request.startAfter,
      limit: request.limit === 0 ? undefined : request.limit,
      revision: request.revision,
    });
    return {
      objects: found.items.map((stored) => objectOfStored(request.resource, stored, this.#facts)),
      revision: found.revision,
      remainingCount: found.remainingCount,
    };
  }

  /**
   * The revision to read at; undefined means the newest. Waits a while for one that has not happened
   * yet, then throws Timeout.
   */
  async settle(point: ReadPoint, signal: AbortSignal): Promise<number | undefined> {
    if (point.kind === "newest") return undefined;
    const { store, clock } = this.#deps;
    const deadlineMs = clock.elapsedMs() + futureWaitMs;
    while (store.revision < point.revision) {
      if (clock.elapsedMs() >= deadlineMs) throw tooLarge(point.revision, store.revision);
      await sleep(clock, futurePollMs, signal);
    }
    return point.kind === "exact" ? point.revision : undefined;
  }
}

/** Renders the store's refusal of a revision; any other error is returned as it is. */
export function revisionRefusal(error: unknown): unknown {
  if (error instanceof FutureRevisionError) return tooLarge(error.revision, error.newestRevision);
  if (error instanceof CompactedError) {
    return new StatusError("Expired", "The resourceVersion for the provided list is too old.", {
      cause: error,
    });
  }
  return error;
}

function tooLarge(revision: number, newest: number): StatusError {
  const message = `Too large resource version: ${revision}, current: ${newest}`;
  return new StatusError("Timeout", `Timeout: ${message}`, {
    details: {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    },
  });
}
