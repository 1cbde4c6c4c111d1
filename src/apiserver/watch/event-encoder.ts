import { statusOf, type StatusError } from "#api";
import { withVersion } from "../objects/object-bytes.ts";
import type { Resource } from "../registry/resource.ts";
import type { EventType, Sighting } from "./resource-event.ts";

/** How the frames of a watch look: JSON or protobuf, whole objects or a view of them. */
export interface EventEncoder {
  /** Names the form; encoders of one resource with equal names make equal frames. */
  readonly name: string;
  readonly contentType: string;
  /** `first` is the first frame of a watch; a Table carries its columns only there. */
  encode(sighting: Sighting, position: "first" | "later"): Uint8Array;
  /** `stateEnd` marks that everything before it was the present state. */
  bookmark(revision: number, meaning: "stateEnd" | "progress"): Uint8Array;
  error(error: StatusError): Uint8Array;
}

const initialEventsEnd = "k8s.io/initial-events-end";

/** Whole objects as JSON, one event a line: the stored bytes between two constant pieces. */
export function jsonEventEncoder(resource: Resource): EventEncoder {
  const text = new TextEncoder();
  const before: Readonly<Record<EventType, Uint8Array>> = {
    ADDED: text.encode('{"type":"ADDED","object":'),
    MODIFIED: text.encode('{"type":"MODIFIED","object":'),
    DELETED: text.encode('{"type":"DELETED","object":'),
  };
  const after = text.encode("}\n");
  return {
    name: "json",
    contentType: "application/json",
    encode: ({ type, object }) =>
      withVersion(object.bytes, resource.head, object.revision, { before: before[type], after }),
    bookmark: (revision, meaning) =>
      text.encode(
        `${JSON.stringify({ type: "BOOKMARK", object: bookmarkOf(resource, revision, meaning) })}\n`,
      ),
    error: (error) =>
      text.encode(`${JSON.stringify({ type: "ERROR", object: statusOf(error) })}\n`),
  };
}

/** A bookmark's object: of the watched kind, with nothing but a resource version. */
export function bookmarkOf(
  resource: Pick<Resource, "kind" | "apiVersion">,
  revision: number,
  meaning: "stateEnd" | "progress",
) {
  const annotations = meaning === "stateEnd" ? { [initialEventsEnd]: "true" } : undefined;
  return {
    kind: resource.kind.kind,
    apiVersion: resource.apiVersion,
    metadata: { resourceVersion: String(revision), annotations },
  };
}
