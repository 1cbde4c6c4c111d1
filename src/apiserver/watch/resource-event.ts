import type { StoredObject } from "../objects/stored-object.ts";

export type EventType = "ADDED" | "MODIFIED" | "DELETED";

/**
 * One change of one object. All watchers of the resource share it, and with it everything that was
 * decoded or encoded for one of them.
 */
export interface ResourceEvent {
  readonly revision: number;
  /** Undefined when the object is gone. */
  readonly current: StoredObject | undefined;
  /** What stood there before; undefined when the object is new. */
  readonly previous: StoredObject | undefined;
  /** Encoded frames by the name of their form. */
  readonly frames: Map<string, Uint8Array>;
}

/** What a watcher is told that sees only some objects. */
export interface Sighting {
  readonly type: EventType;
  readonly object: StoredObject;
}

/**
 * What an event means to a watcher that saw the object before and sees it now, or not. An object that
 * leaves the selection is DELETED with its previous content and the revision of the event.
 */
export function sightingOf(
  event: ResourceEvent,
  selects: (object: StoredObject) => boolean,
): Sighting | undefined {
  const { current, previous } = event;
  const sawBefore = previous !== undefined && selects(previous);
  const seesNow = current !== undefined && selects(current);
  if (seesNow) return { type: sawBefore ? "MODIFIED" : "ADDED", object: current };
  if (sawBefore) return { type: "DELETED", object: previous.at(event.revision) };
  return undefined;
}
