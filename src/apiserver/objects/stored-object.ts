import { decodeStoredJson, encodeJson, type JsonObject, objectAt, type ObjectKey } from "#api";
import { assert } from "#base";
import type { Stored } from "#store";
import type { Resource } from "../registry/resource.ts";
import type { FactsMemo } from "./facts-memo.ts";
import { metadataOf } from "./metadata.ts";

/** One revision of one object: its bytes as stored, and what is made of them on demand, once. */
export class StoredObject {
  readonly resource: Resource;
  readonly storeKey: string;
  /** Canonical bytes, without a resource version. */
  readonly bytes: Uint8Array;
  /** The resource version: of the write that made it, or of the event that tells of it. */
  readonly revision: number;
  #key: ObjectKey | undefined;
  #value: JsonObject | undefined;
  #facts: ObjectFacts | undefined;
  readonly #memo: FactsMemo | undefined;

  constructor(
    resource: Resource,
    stored: Pick<Stored, "key" | "value" | "revision">,
    memo?: FactsMemo,
  ) {
    this.resource = resource;
    this.storeKey = stored.key;
    this.#memo = memo;
    this.bytes = stored.value;
    this.revision = stored.revision;
  }

  /** The same content as a later event tells of it: a deletion has a revision of its own. */
  at(revision: number): StoredObject {
    const value = this.bytes;
    return new StoredObject(this.resource, { key: this.storeKey, value, revision });
  }

  get key(): ObjectKey {
    this.#key ??= objectKeyOf(this.resource, this.storeKey);
    return this.#key;
  }

  /** The decoded object, with its resource version. */
  get value(): JsonObject {
    this.#value ??= withVersionMember(decodeStoredJson(this.bytes), this.revision);
    return this.#value;
  }

  /** What selectors look at. */
  get facts(): ObjectFacts {
    this.#facts ??= this.#memo?.find(this.storeKey, this.revision) ?? this.#findFacts();
    return this.#facts;
  }

  #findFacts(): ObjectFacts {
    // Decoded for this only when nobody has asked for the object itself, and then not kept.
    const facts = factsOf(this.resource, this.#value ?? decodeStoredJson(this.bytes));
    this.#memo?.remember(this.storeKey, this.revision, facts);
    return facts;
  }
}

function withVersionMember(object: JsonObject, revision: number): JsonObject {
  if (revision === 0) return object;
  const metadata = { resourceVersion: String(revision), ...objectAt(object, "metadata") };
  return { ...object, metadata };
}

/** What is stored at a key, as an object of the resource. */
export function objectOfStored(resource: Resource, stored: Stored, memo?: FactsMemo): StoredObject {
  if (resource.view === undefined) return new StoredObject(resource, stored, memo);
  const seen = resource.view.fromStored(decodeStoredJson(stored.value));
  const value = encodeJson(resource.kind, seen);
  return new StoredObject(resource, { ...stored, value });
}

/** The resource whose kind the stored objects are of. */
export function storedResource(resource: Resource): Resource {
  return resource.view?.stored ?? resource;
}

/** The parts of an object that selectors can ask for. */
export interface ObjectFacts {
  readonly labels: Readonly<Record<string, string>>;
  /** By field label; has every field that the resource can be selected by. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What selectors can ask of a decoded object. */
function factsOf(resource: Resource, value: JsonObject): ObjectFacts {
  const metadata = metadataOf(value);
  const fields: Record<string, string> = {
    "metadata.name": metadata.name ?? "",
    "metadata.namespace": metadata.namespace ?? "",
  };
  for (const [field, read] of Object.entries(resource.behavior.selectableFields)) {
    fields[field] = read(value);
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
