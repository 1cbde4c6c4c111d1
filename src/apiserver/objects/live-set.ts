import type { Fields, JsonObject, KindSchema, ObjectKey, ObjectOf } from "#api";
import type { Resource } from "../registry/resource.ts";
import type { ResourceEvent } from "../watch/resource-event.ts";
import type { WatchHub } from "../watch/watch-hub.ts";
import { decodedAs } from "./decode-stored.ts";
import type { ObjectReader } from "./object-reader.ts";
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
  deps: { readonly reader: ObjectReader; readonly hub: WatchHub },
  resource: Resource,
): Promise<LiveSet<JsonObject>> {
  const content = new LiveContent();
  const load = async () => {
    const everything = { resource, namespace: "", startAfter: "", limit: 0, revision: undefined };
    const { objects, revision } = await deps.reader.range(everything);
    content.replaceAll(objects, revision);
  };
  deps.hub.subscribe({
    resource,
    interest: undefined,
    onEvent: (event) => content.apply(event),
    // What was missed is in the store.
    onBroken: () => void load(),
  });
  await load();
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

class LiveContent implements LiveSet<JsonObject> {
  readonly #byNamespace = new Map<string, Map<string, JsonObject>>();
  /** Events held back until the first state is there; undefined from then on. */
  #held: ResourceEvent[] | undefined = [];
  #revision = 0;

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

  replaceAll(objects: readonly StoredObject[], revision: number): void {
    this.#byNamespace.clear();
    for (const object of objects) this.#put(object);
    this.#revision = revision;
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.apply(event);
  }

  apply(event: ResourceEvent): void {
    if (this.#held !== undefined) {
      this.#held.push(event);
      return;
    }
    if (event.revision <= this.#revision) return;
    if (event.current !== undefined) this.#put(event.current);
    else if (event.previous !== undefined) this.#remove(event.previous.key);
  }

  #put(object: StoredObject): void {
    const { namespace, name } = object.key;
    const objects = this.#byNamespace.get(namespace) ?? new Map<string, JsonObject>();
    this.#byNamespace.set(namespace, objects);
    objects.set(name, object.value);
  }

  #remove({ namespace, name }: ObjectKey): void {
    const objects = this.#byNamespace.get(namespace);
    objects?.delete(name);
    if (objects?.size === 0) this.#byNamespace.delete(namespace);
  }
}
