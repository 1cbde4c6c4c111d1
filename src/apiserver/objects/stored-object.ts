import { decodeStoredJson, type JsonObject, type ObjectKey } from "#api";
import { assert } from "#base";
import type { Stored } from "#store";
import type { Resource } from "../registry/resource.ts";
import { metadataOf } from "./metadata.ts";
import { withVersion } from "./object-bytes.ts";

/** One revision of one object: its bytes as stored, and what is made of them on demand, once. */
export class StoredObject {
  readonly resource: Resource;
  readonly key: ObjectKey;
  /** Canonical bytes, without a resource version. */
  readonly bytes: Uint8Array;
  /** The resource version: of the write that made it, or of the event that tells of it. */
  readonly revision: number;
  #value: JsonObject | undefined;
  #facts: ObjectFacts | undefined;

  constructor(resource: Resource, stored: Pick<Stored, "key" | "value" | "revision">) {
    this.resource = resource;
    this.key = objectKeyOf(resource, stored.key);
    this.bytes = stored.value;
    this.revision = stored.revision;
  }

  /** The same content as a later event tells of it: a deletion has a revision of its own. */
  at(revision: number): StoredObject {
    const value = this.bytes;
    return new StoredObject(this.resource, { key: this.storeKey, value, revision });
  }

  get storeKey(): string {
    return storeKeyOf(this.resource, this.key);
  }

  /** The decoded object, with its resource version. */
  get value(): JsonObject {
    this.#value ??= decodeStoredJson(this.json());
    return this.#value;
  }

  /** What selectors look at. */
  get facts(): ObjectFacts {
    this.#facts ??= factsOf(this.resource, this.value);
    return this.#facts;
  }

  /** The encoded object, with its resource version. */
  json(): Uint8Array {
    return withVersion(this.bytes, this.resource.head, this.revision);
  }
}

/** The parts of an object that selectors can ask for. */
export interface ObjectFacts {
  readonly labels: Readonly<Record<string, string>>;
  /** By field label; has every field that the resource can be selected by. */
  readonly fields: ReadonlyMap<string, string>;
}

/** What selectors can ask of a decoded object. */
export function factsOf(resource: Resource, value: JsonObject): ObjectFacts {
  const metadata = metadataOf(value);
  const fields = new Map([["metadata.name", metadata.name ?? ""]]);
  if (resource.namespaced) fields.set("metadata.namespace", metadata.namespace ?? "");
  for (const [field, read] of Object.entries(resource.behavior.selectableFields)) {
    fields.set(field, read(value));
  }
  return { labels: metadata.labels ?? {}, fields };
}

export function storeKeyOf(resource: Resource, key: ObjectKey): string {
  const namespace = resource.namespaced ? `${key.namespace}/` : "";
  return resource.storePrefix + namespace + key.name;
}

/** The keys of a resource's objects, of all namespaces when `namespace` is empty. */
export function listPrefixOf(resource: Resource, namespace: string): string {
  const within = resource.namespaced && namespace !== "" ? `${namespace}/` : "";
  return resource.storePrefix + within;
}

function objectKeyOf(resource: Resource, storeKey: string): ObjectKey {
  assert(storeKey.startsWith(resource.storePrefix), "an object lies below its resource's prefix");
  const path = storeKey.slice(resource.storePrefix.length);
  if (!resource.namespaced) return { namespace: "", name: path };
  const slash = path.indexOf("/");
  return { namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}
