/**
 * One watch on the store, shared by all watchers of all resources.
 *
 * Each event is read once and handed to those whom it may concern. Watchers that look for one value
 * of one field (a node's pods, one object by its name, one namespace) are found through an index, so
 * that an event costs nothing to the others. What a watcher is to see of an event it decides itself.
 *
 * A subscriber is told every event that is newer than `position` was when it subscribed.
 */

import { assert, type Logger } from "#base";
import { CompactedError, SlowWatcherError, type Store, type StoreEvent } from "#store";
import { objectOfStored, type StoredObject } from "../objects/stored-object.ts";
import type { Catalog } from "../registry/catalog.ts";
import { storeRoot } from "../registry/catalog.ts";
import type { Resource } from "../registry/resource.ts";
import type { ResourceEvent } from "./resource-event.ts";

export interface WatchHubDeps {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly logger: Logger;
}

export interface Subscriber {
  readonly resource: Resource;
  /** Undefined: every event of the resource. */
  readonly interest: FieldInterest | undefined;
  onEvent(event: ResourceEvent): void;
  /** Events were missed: the watcher has to start again from where it stands. */
  onBroken(): void;
}

/** Only objects, before or after the change, whose field has this value. */
export interface FieldInterest {
  readonly field: string;
  readonly value: string;
}

type SubscribersByValue = Map<string, Set<Subscriber>>;

interface Subscriptions {
  readonly all: Set<Subscriber>;
  readonly byField: Map<string, SubscribersByValue>;
  /** Revision of the last event since the hub started; 0 before the first. */
  lastRevision: number;
}

export class WatchHub {
  readonly #deps: WatchHubDeps;
  readonly #subscriptions = new Map<Resource, Subscriptions>();
  #position: number;
  #startedAt: number;

  constructor(deps: WatchHubDeps) {
    this.#deps = deps;
    this.#position = deps.store.revision;
    this.#startedAt = this.#position;
  }

  /** Everything up to this revision has been told. */
  get position(): number {
    return this.#position;
  }

  /** Follows the store until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(signal);
      } catch (error) {
        // What was missed cannot be told any more: each watcher has to catch up for itself.
        if (!(error instanceof SlowWatcherError) && !(error instanceof CompactedError)) throw error;
        this.#deps.logger.warn("watch hub fell behind", { revision: this.#position });
        this.#restart();
      }
    }
  }

  /** Disposing ends the subscription. */
  subscribe(subscriber: Subscriber): Disposable {
    const set = this.#setOf(subscriber);
    set.add(subscriber);
    return { [Symbol.dispose]: () => this.#unsubscribe(subscriber) };
  }

  /**
   * Whether a resource certainly had no events after `revision`, up to `position`. Of what was before
   * the hub started nothing is certain.
   */
  wasQuietSince(resource: Resource, revision: number): boolean {
    if (revision < this.#startedAt) return false;
    return (this.#subscriptions.get(resource)?.lastRevision ?? 0) <= revision;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for await (const batch of this.#deps.store.watch(storeRoot, this.#position, signal)) {
      for (const event of batch) this.#tell(event);
      const last = batch.at(-1);
      if (last !== undefined) this.#position = last.revision;
    }
  }

  #tell(change: StoreEvent): void {
    const resource = this.#deps.catalog.findByStoreKey(change.key);
    // Keys that are no objects: allocated ports, for example.
    if (resource === undefined) return;
    const subscriptions = this.#of(resource);
    subscriptions.lastRevision = change.revision;
    if (subscriptions.all.size === 0 && subscriptions.byField.size === 0) return;

    const event = resourceEventOf(resource, change);
    for (const subscriber of subscriptions.all) subscriber.onEvent(event);
    for (const [field, byValue] of subscriptions.byField) {
      for (const value of valuesOf(event, field)) {
        for (const subscriber of byValue.get(value) ?? []) subscriber.onEvent(event);
      }
    }
  }

  #restart(): void {
    this.#position = this.#deps.store.revision;
    this.#startedAt = this.#position;
    // Listed first: whoever is told ends its subscription.
    const subscribers = [...this.#subscriptions.values()].flatMap(subscribersOf);
    for (const subscriber of subscribers) subscriber.onBroken();
  }

  #of(resource: Resource): Subscriptions {
    const known = this.#subscriptions.get(resource);
    if (known !== undefined) return known;
    const made: Subscriptions = { all: new Set(), byField: new Map(), lastRevision: 0 };
    this.#subscriptions.set(resource, made);
    return made;
  }

  #setOf({ resource, interest }: Subscriber): Set<Subscriber> {
    const { all, byField } = this.#of(resource);
    if (interest === undefined) return all;
    const byValue = byField.get(interest.field) ?? new Map<string, Set<Subscriber>>();
    byField.set(interest.field, byValue);
    const set = byValue.get(interest.value) ?? new Set();
    byValue.set(interest.value, set);
    return set;
  }

  #unsubscribe(subscriber: Subscriber): void {
    const { resource, interest } = subscriber;
    const set = this.#setOf(subscriber);
    set.delete(subscriber);
    if (interest === undefined || set.size > 0) return;
    const { byField } = this.#of(resource);
    const byValue = byField.get(interest.field);
    assert(byValue !== undefined, "the subscriber's set is in the index");
    byValue.delete(interest.value);
    if (byValue.size === 0) byField.delete(interest.field);
  }
}

/** The resource's view of a change in the store. */
export function resourceEventOf(resource: Resource, change: StoreEvent): ResourceEvent {
  return {
    revision: change.revision,
    current: change.kind === "put" ? objectOfStored(resource, change.stored) : undefined,
    previous: change.previous === undefined ? undefined : objectOfStored(resource, change.previous),
    frames: new Map(),
  };
}

/** An event of the stored objects as a resource sees it that shows them otherwise. */
export function eventSeenAs(resource: Resource, event: ResourceEvent): ResourceEvent {
  const seen = (object: StoredObject | undefined) =>
    object === undefined
      ? undefined
      : objectOfStored(resource, {
          key: object.storeKey,
          value: object.bytes,
          revision: object.revision,
          createRevision: 0,
        });
  const { revision, current, previous } = event;
  return { revision, current: seen(current), previous: seen(previous), frames: new Map() };
}

function subscribersOf({ all, byField }: Subscriptions): readonly Subscriber[] {
  const indexed = [...byField.values()].flatMap((byValue) => [...byValue.values()]);
  return [all, ...indexed].flatMap((set) => [...set]);
}

/** The values of a field before and after, each once. */
function valuesOf(event: ResourceEvent, field: string): ReadonlySet<string> {
  const values = new Set<string>();
  for (const object of [event.current, event.previous]) {
    if (object === undefined) continue;
    values.add(fieldOf(object, field));
  }
  return values;
}

/** Name and namespace are in the key, so that most events need not be decoded. */
function fieldOf(object: StoredObject, field: string): string {
  if (field === "metadata.name") return object.key.name;
  if (field === "metadata.namespace") return object.key.namespace;
  return object.facts.fields[field] ?? "";
}
