import {
  type AnyKind,
  type Fields,
  type JsonObject,
  type KindSchema,
  type ObjectKey,
  type ObjectOf,
  type ResourceKind,
  servedKinds,
} from "#api";
import type { ObjectMeta } from "#api/meta/v1";
import type { Clock, Logger } from "#base";
import type { Store } from "#store";
import { allBehaviors, allViews } from "../registry/behaviors.ts";
import type { BehaviorEntry } from "../registry/behavior.ts";
import { type Catalog, catalogOf } from "../registry/catalog.ts";
import type { Resource } from "../registry/resource.ts";
import type { VersionView } from "../registry/version-view.ts";
import { WatchHub } from "../watch/watch-hub.ts";
import { decodedAs } from "./decode-stored.ts";
import { followObjects, type Follower } from "./follow.ts";
import { type LiveSet, openLiveSet, typedSet } from "./live-set.ts";
import { metadataOf } from "./metadata.ts";
import { ObjectReader } from "./object-reader.ts";

export interface ObjectsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ObjectsOptions {
  readonly kinds: readonly ResourceKind[];
  readonly behaviors: readonly BehaviorEntry[];
  readonly views: readonly VersionView[];
}

export const defaultObjectsOptions: ObjectsOptions = {
  kinds: servedKinds,
  behaviors: allBehaviors,
  views: allViews,
};

/**
 * The objects in a store: what the API server serves, and what authentication, authorization and
 * admission, which decide about its requests, look at without asking it.
 */
export class Objects {
  readonly store: Store;
  readonly kinds: readonly ResourceKind[];
  readonly catalog: Catalog;
  readonly reader: ObjectReader;
  readonly hub: WatchHub;
  readonly #liveSets = new Map<Resource, Promise<LiveSet<JsonObject>>>();

  constructor(deps: ObjectsDeps, options: ObjectsOptions = defaultObjectsOptions) {
    const { store, clock, logger } = deps;
    this.store = store;
    this.kinds = options.kinds;
    this.catalog = catalogOf(options.kinds, options.behaviors, options.views);
    this.reader = new ObjectReader({ store, clock });
    this.hub = new WatchHub({ store, catalog: this.catalog, logger });
  }

  /** Follows the store until aborted; live sets and watches depend on it. */
  async run(signal: AbortSignal): Promise<void> {
    await this.hub.run(signal);
  }

  /** An object as it is in the store this very moment. */
  async find<F extends Fields>(
    kind: KindSchema<F>,
    key: ObjectKey,
  ): Promise<ObjectOf<F> | undefined> {
    const found = await this.reader.find(this.catalog.get(kind), key);
    return found === undefined ? undefined : decodedAs(kind, found.value);
  }

  /** The metadata of an object as it is in the store this very moment. */
  async findMetadata(kind: AnyKind, key: ObjectKey): Promise<ObjectMeta | undefined> {
    const found = await this.reader.find(this.catalog.get(kind), key);
    return found === undefined ? undefined : metadataOf(found.value);
  }

  /** All objects of a kind in a namespace as they are in the store this very moment; few, one hopes. */
  async list<F extends Fields>(
    kind: KindSchema<F>,
    namespace: string,
  ): Promise<readonly ObjectOf<F>[]> {
    const resource = this.catalog.get(kind);
    const all = { resource, namespace, startAfter: "", limit: 0, revision: undefined };
    const { objects } = await this.reader.range(all);
    return objects.map(({ value }) => decodedAs(kind, value));
  }

  /** All objects of a kind, kept at hand from the first call on. */
  async live<F extends Fields>(kind: KindSchema<F>): Promise<LiveSet<ObjectOf<F>>> {
    const resource = this.catalog.get(kind);
    const opened = this.#liveSets.get(resource) ?? openLiveSet(this, resource);
    this.#liveSets.set(resource, opened);
    return typedSet(kind, await opened);
  }

  /** Tells of all objects of a kind, now and as they change; resolves when the present ones are told. */
  async follow<F extends Fields>(
    kind: KindSchema<F>,
    follower: Follower<ObjectOf<F>>,
  ): Promise<void> {
    await followObjects(this, this.catalog.get(kind), {
      reset: () => follower.reset(),
      put: (key, { value }) => follower.put(key, decodedAs(kind, value)),
      remove: (key) => follower.remove(key),
    });
  }
}
