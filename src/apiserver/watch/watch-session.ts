/**
 * One client's watch: first what it has missed or the present state, then every event as it happens.
 *
 * The session subscribes before it reads anything, and holds back what the hub tells until the past has
 * been told. Of what the hub tells only what is newer than that past goes out, so that no event is lost
 * between the two and none is told twice.
 */

import { StatusError } from "#api";
import { type Clock, type Random, sleep } from "#base";
import { ChunkQueue } from "#http";
import { CompactedError, type Store } from "#store";
import type { ObjectReader } from "../objects/object-reader.ts";
import { interestOf, type Selection, selects } from "../objects/selection.ts";
import { listPrefixOf, type StoredObject, storedResource } from "../objects/stored-object.ts";
import type { ReadPoint, WatchOptions } from "../request/read-options.ts";
import type { EventEncoder } from "./event-encoder.ts";
import { type EventType, type ResourceEvent, type Sighting, sightingOf } from "./resource-event.ts";
import { eventSeenAs, resourceEventOf, type WatchHub } from "./watch-hub.ts";

export interface WatchSessionDeps {
  readonly store: Store;
  readonly hub: WatchHub;
  readonly reader: ObjectReader;
  readonly clock: Clock;
  readonly random: Random;
}

export interface WatchRequest {
  readonly selection: Selection;
  readonly options: WatchOptions;
  readonly encoder: EventEncoder;
}

/** A watcher that leaves more than this unread is ended; it may go on from its last event. */
const unreadBytesMax = 16 * 1024 * 1024;
/** A client that has not taken the state while so much happened starts again. */
const heldCountMax = 50_000;
const statePageSize = 1_000;
const bookmarkIntervalMs = 60_000;
/** A last bookmark this long before the end lets the client start again close by. */
const finalBookmarkMs = 2_000;
const timeoutMinSeconds = 1_800;

/** The body of the response: one frame for each event, until timeout, abort or error. */
export function openWatch(
  deps: WatchSessionDeps,
  request: WatchRequest,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const session = new WatchSession(deps, request);
  void session.run(signal);
  return session.body;
}

class WatchSession {
  readonly #deps: WatchSessionDeps;
  readonly #request: WatchRequest;
  readonly #queue = new ChunkQueue(unreadBytesMax);
  readonly #ended = new AbortController();
  readonly #endMs: number;
  readonly #frameNames: FrameNames;
  readonly #selects: (object: StoredObject) => boolean;
  /** Everything up to this revision has been told by other means than the hub. */
  #past = 0;
  /** Events held back until the past is told; undefined once they pass straight on. */
  #held: ResourceEvent[] | undefined = [];
  #frameCount = 0;

  constructor(deps: WatchSessionDeps, request: WatchRequest) {
    this.#deps = deps;
    this.#request = request;
    this.#frameNames = frameNamesOf(request.encoder);
    this.#selects = (object) => selects(request.selection, object);
    const timeoutMs = timeoutSecondsOf(request.options, deps.random) * 1_000;
    this.#endMs = deps.clock.elapsedMs() + timeoutMs;
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#queue;
  }

  /** Never rejects: what goes wrong becomes the last frame, or ends the body. */
  async run(outer: AbortSignal): Promise<void> {
    const { hub } = this.#deps;
    const { selection } = this.#request;
    const signal = AbortSignal.any([outer, this.#ended.signal]);
    using _subscription = hub.subscribe({
      resource: storedResource(selection.resource),
      interest: interestOf(selection),
      onEvent: (event) => this.#onEvent(event),
      onBroken: () => this.#ended.abort(),
    });
    const subscribedAt = hub.position;
    const remainingMs = this.#endMs - this.#deps.clock.elapsedMs();
    using _deadline = this.#deps.clock.schedule(remainingMs, () => this.#ended.abort());
    try {
      await this.#tellPast(subscribedAt, signal);
      this.#release();
      await this.#tellBookmarks(signal);
    } catch (error) {
      // Boundary: after the headers a refusal can only be told as an event.
      if (!signal.aborted) this.#send(this.#request.encoder.error(watchRefusal(error)));
    }
    this.#queue.end();
  }

  async #tellPast(subscribedAt: number, signal: AbortSignal): Promise<void> {
    const { start } = this.#request.options;
    if (start.kind === "state") return this.#tellState(start.point, signal);
    const from = start.revision === 0 ? this.#deps.store.revision : start.revision;
    await this.#deps.reader.settle({ kind: "notOlderThan", revision: from }, signal);
    await this.#replay(from, subscribedAt, signal);
    this.#past = Math.max(from, subscribedAt);
  }

  async #tellState(point: ReadPoint, signal: AbortSignal): Promise<void> {
    const { selection, options, encoder } = this.#request;
    await this.#deps.reader.settle(point, signal);
    const { resource, namespace } = selection;
    let revision: number | undefined;
    let startAfter = "";
    while (true) {
      // Page by page, all of one revision, so that a large collection is never held as a whole.
      const page = { resource, namespace, startAfter, limit: statePageSize, revision };
      const range = await this.#deps.reader.range(page);
      revision = range.revision;
      await this.#tellPresent(range.objects, signal);
      const last = range.objects.at(-1);
      if (last === undefined || range.remainingCount === 0) break;
      startAfter = last.storeKey.slice(listPrefixOf(resource, namespace).length);
    }
    if (options.initialEventsEnd === "marked") {
      this.#send(encoder.bookmark({ revision, meaning: "stateEnd" }, this.#position()));
    }
    this.#past = revision;
  }

  async #tellPresent(objects: readonly StoredObject[], signal: AbortSignal): Promise<void> {
    const { selection, encoder } = this.#request;
    for (const object of objects) {
      if (!selects(selection, object)) continue;
      this.#send(encoder.encode({ type: "ADDED", object }, this.#position()));
      // The state may be larger than what a live watcher is allowed to leave unread.
      if (this.#queue.waitingBytes > unreadBytesMax / 2) await this.#queue.drained();
      signal.throwIfAborted();
    }
  }

  /** Tells what happened after the client's revision, up to the subscription. */
  async #replay(after: number, subscribedAt: number, signal: AbortSignal): Promise<void> {
    const { store, hub } = this.#deps;
    const { resource } = this.#request.selection;
    const stored = storedResource(resource);
    if (after >= subscribedAt || hub.wasQuietSince(stored, after)) return;

    const reading = new AbortController();
    const both = AbortSignal.any([signal, reading.signal]);
    for await (const batch of store.watch(listPrefixOf(resource, ""), after, both)) {
      for (const change of batch) {
        if (change.revision <= subscribedAt) this.#show(resourceEventOf(resource, change));
      }
      const reached = batch.at(-1)?.revision ?? 0;
      if (reached >= subscribedAt || hub.wasQuietSince(stored, reached)) break;
    }
    reading.abort();
  }

  #onEvent(event: ResourceEvent): void {
    try {
      this.#take(event);
    } catch (error) {
      // That one watcher cannot be told must not keep the event from the others.
      this.#send(this.#request.encoder.error(watchRefusal(error)));
      this.#ended.abort();
    }
  }

  #take(event: ResourceEvent): void {
    const { resource } = this.#request.selection;
    const seen = resource.view === undefined ? event : eventSeenAs(resource, event);
    if (this.#held === undefined) this.#showNew(seen);
    else if (this.#held.length < heldCountMax) this.#held.push(seen);
    else this.#ended.abort();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.#showNew(event);
  }

  #showNew(event: ResourceEvent): void {
    if (event.revision > this.#past) this.#show(event);
  }

  #show(event: ResourceEvent): void {
    const sighting = sightingOf(event, this.#selects);
    if (sighting !== undefined) this.#send(this.#frameOf(event, sighting));
  }

  /** The frame of an event is encoded for the first watcher and shared by the others. */
  #frameOf(event: ResourceEvent, sighting: Sighting): Uint8Array {
    const { encoder } = this.#request;
    const position = this.#position();
    const name = this.#frameNames[position][sighting.type];
    const known = event.frames.get(name);
    if (known !== undefined) return known;
    const frame = encoder.encode(sighting, position);
    event.frames.set(name, frame);
    return frame;
  }

  #position(): "first" | "later" {
    return this.#frameCount === 0 ? "first" : "later";
  }

  #send(frame: Uint8Array): void {
    // After one frame that did not fit no other may follow: there would be a gap.
    if (this.#ended.signal.aborted) return;
    this.#frameCount++;
    if (!this.#queue.push(frame)) this.#ended.abort();
  }

  async #tellBookmarks(signal: AbortSignal): Promise<void> {
    const { clock, hub } = this.#deps;
    const { options, encoder } = this.#request;
    if (options.bookmarks === "none") return sleep(clock, this.#endMs - clock.elapsedMs(), signal);
    while (true) {
      const untilFinalMs = this.#endMs - finalBookmarkMs - clock.elapsedMs();
      const isFinalNext = untilFinalMs > 0 && untilFinalMs < bookmarkIntervalMs;
      await sleep(clock, isFinalNext ? untilFinalMs : bookmarkIntervalMs, signal);
      const revision = Math.max(this.#past, hub.position);
      this.#send(encoder.bookmark({ revision, meaning: "progress" }, this.#position()));
    }
  }
}

type FrameNames = Readonly<Record<"first" | "later", Readonly<Record<EventType, string>>>>;

/** What the frames of an encoder are called; made once, because it is asked for at every event. */
function frameNamesOf({ name }: EventEncoder): FrameNames {
  const named = (position: string) => ({
    ADDED: `${name} ${position} ADDED`,
    MODIFIED: `${name} ${position} MODIFIED`,
    DELETED: `${name} ${position} DELETED`,
  });
  return { first: named("first"), later: named("later") };
}

/** What the client asked for, or a random time, so that not all watches end together. */
function timeoutSecondsOf(options: WatchOptions, random: Random): number {
  const asked = options.timeoutSeconds ?? 0;
  return asked > 0 ? asked : timeoutMinSeconds * (1 + random.fraction());
}

function watchRefusal(error: unknown): StatusError {
  if (error instanceof CompactedError) {
    const message = `too old resource version: ${error.revision} (${error.compactRevision})`;
    return new StatusError("Expired", message, { cause: error });
  }
  if (error instanceof StatusError) return error;
  return new StatusError("InternalError", `Internal error occurred: ${String(error)}`, {
    cause: error,
  });
}
