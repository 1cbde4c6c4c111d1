import type { Fields, JsonObject, KindSchema, ObjectKey, ObjectOf } from "#api";
import type { Resource } from "../registry/resource.ts";
import { decodedAs } from "./decode-stored.ts";
import { followObjects, type FollowDeps, type Follower } from "./follow.ts";
import type { StoredObject } from "./stored-object.ts";

/**
 * All objects of one kind, decoded and at hand: for rules that are asked at every request. It follows
 * the store by a moment; what must not be missed is read from the store.
 */
export interface LiveSet<T> {
  find(key: ObjectKey): T | undefined;
  /** Those of a namespace, or all of them; in no particular order. */
  list(namespace?: string): readonly T[];
}

/** Loads the objects of a resource and keeps them current for as long as the hub runs. */
export async function openLiveSet(
  deps: FollowDeps,
  resource: Resource,
): Promise<LiveSet<JsonObject>> {
  const content = new LiveContent();
  await followObjects(deps, resource, content);
  return content;
}

/** The same set in the static type of its kind. */
export function typedSet<F extends Fields>(
  kind: KindSchema<F>,
  set: LiveSet<JsonObject>,
): LiveSet<ObjectOf<F>> {
  return {
    find: (key) => {
      const found = set.find(key);
      return found === undefined ? undefined : decodedAs(kind, found);
    },
    list: (namespace) => set.list(namespace).map((object) => decodedAs(kind, object)),
  };
}

class LiveContent implements LiveSet<JsonObject>, Follower<StoredObject> {
  readonly #byNamespace = new Map<string, Map<string, JsonObject>>();

  find({ namespace, name }: ObjectKey): JsonObject | undefined {
    return this.#byNamespace.get(namespace)?.get(name);
  }

  list(namespace?: string): readonly JsonObject[] {
    const sets =
      namespace === undefined
        ? [...this.#byNamespace.values()]
        : [this.#byNamespace.get(namespace) ?? new Map<string, JsonObject>()];
    return sets.flatMap((objects) => [...objects.values()]);
  }

  reset(): void {
    this.#byNamespace.clear();
  }

  put({ namespace, name }: ObjectKey, object: StoredObject): void {
    const objects = this.#byNamespace.get(namespace) ?? new Map<string, JsonObject>();
    this.#byNamespace.set(namespace, objects);
    objects.set(name, object.value);
  }

  remove({ namespace, name }: ObjectKey): void {
    const objects = this.#byNamespace.get(namespace);
    objects?.delete(name);
    if (objects?.size === 0) this.#byNamespace.delete(namespace);
  }
}
