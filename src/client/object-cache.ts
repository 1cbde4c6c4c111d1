import type { Live, ObjectKey } from "#api";
import type { ObjectCache } from "./client.ts";
import { identified, type Identified } from "./decode.ts";

/** Yields the values under which an object is found in an index. */
export type IndexFunction<T> = (object: Live<T>) => readonly string[];

/** Index functions by the names of their indexes. */
export type Indexes<T> = Readonly<Record<string, IndexFunction<T>>>;

/** One text per key, unique because neither part may contain a slash. */
export function formatKey(key: ObjectKey): string {
  return key.namespace === "" ? key.name : `${key.namespace}/${key.name}`;
}

/** The inverse of `formatKey`. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf("/");
  if (slash === -1) return { namespace: "", name: text };
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

export function keyOfObject(object: Identified): ObjectKey {
  return { namespace: object.metadata.namespace ?? "", name: object.metadata.name ?? "" };
}

/** The uid of the owner that manages `object`, if it has one. */
export function findControllerUid(object: Identified): string | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid;
}

const namespaceIndex = "namespace";
const ownerIndex = "ownerUid";
const orphanIndex = "orphanNamespace";

/**
 * Objects by key and by index. Reads never copy: callers get the cached objects themselves and must
 * not change them, which their deeply readonly types say.
 */
export class IndexedObjects<T> implements ObjectCache<T> {
  readonly #objects = new Map<string, Live<T>>();
  readonly #functions = new Map<string, IndexFunction<T>>();
  /** Index name → value → formatted key → object. */
  readonly #indexes = new Map<string, Map<string, Map<string, Live<T>>>>();

  constructor() {
    this.addIndexes({
      [namespaceIndex]: (object) => [identified(object).metadata.namespace ?? ""],
      [ownerIndex]: (object) => textIfPresent(findControllerUid(identified(object))),
      [orphanIndex]: (object) => orphanNamespace(identified(object)),
    });
  }

  /** Indexes what is here and what comes; a name that has an index already keeps it. */
  addIndexes(indexes: Indexes<T>): void {
    for (const [name, valuesOf] of Object.entries(indexes)) {
      if (this.#functions.has(name)) continue;
      this.#functions.set(name, valuesOf);
      this.#indexes.set(name, new Map());
      for (const [key, object] of this.#objects) this.#enter(name, valuesOf(object), key, object);
    }
  }

  get size(): number {
    return this.#objects.size;
  }

  find(key: ObjectKey): Live<T> | undefined {
    return this.#objects.get(formatKey(key));
  }

  list(namespace?: string): readonly Live<T>[] {
    if (namespace === undefined) return [...this.#objects.values()];
    return this.byIndex(namespaceIndex, namespace);
  }

  byIndex(name: string, value: string): readonly Live<T>[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Error(`no index named ${name}`);
    return [...(index.get(value)?.values() ?? [])];
  }

  keys(): readonly string[] {
    return [...this.#objects.keys()];
  }

  /** Stores `object` and returns what it replaces. */
  put(object: Live<T>): Live<T> | undefined {
    const key = formatKey(keyOfObject(identified(object)));
    const before = this.#objects.get(key);
    if (before !== undefined) this.#unindex(key, before);
    this.#objects.set(key, object);
    this.#index(key, object);
    return before;
  }

  /** Removes the object with this formatted key and returns it. */
  remove(key: string): Live<T> | undefined {
    const before = this.#objects.get(key);
    if (before === undefined) return undefined;
    this.#unindex(key, before);
    this.#objects.delete(key);
    return before;
  }

  #index(key: string, object: Live<T>): void {
    for (const [name, valuesOf] of this.#functions) {
      this.#enter(name, valuesOf(object), key, object);
    }
  }

  #enter(name: string, values: readonly string[], key: string, object: Live<T>): void {
    const index = this.#indexes.get(name);
    for (const value of values) {
      const entries = index?.get(value) ?? new Map<string, Live<T>>();
      entries.set(key, object);
      index?.set(value, entries);
    }
  }

  #unindex(key: string, object: Live<T>): void {
    for (const [name, valuesOf] of this.#functions) {
      const index = this.#indexes.get(name);
      for (const value of valuesOf(object)) {
        const entries = index?.get(value);
        entries?.delete(key);
        if (entries?.size === 0) index?.delete(value);
      }
    }
  }
}

function textIfPresent(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

/** Objects that no controller manages are found by their namespace, for those who may adopt them. */
function orphanNamespace(object: Identified): readonly string[] {
  return findControllerUid(object) === undefined ? [object.metadata.namespace ?? ""] : [];
}
