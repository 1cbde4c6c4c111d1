import {
  encodeJsonText,
  encodeProtobuf,
  encodeWatchFrame,
  type JsonObject,
  type StatusError,
  statusOf,
} from "#api";
import { status } from "#api/meta/v1";
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
  bookmark(bookmark: Bookmark, position: "first" | "later"): Uint8Array;
  error(error: StatusError): Uint8Array;
}

/** A mark of how far the watch has come. */
interface Bookmark {
  readonly revision: number;
  /** `stateEnd`: everything before it was the present state. */
  readonly meaning: "stateEnd" | "progress";
}

/** Makes what stands in a frame of an object as it is stored, or of the object of a bookmark. */
type View = (object: JsonObject, position: "first" | "later") => JsonObject;

const initialEventsEnd = "k8s.io/initial-events-end";
const text = new TextEncoder();

/** Whole objects as JSON, one event a line: the stored bytes between two constant pieces. */
export function jsonEventEncoder(resource: Resource): EventEncoder {
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
    bookmark: (bookmark) => jsonFrame("BOOKMARK", bookmarkObject(resource, bookmark)),
    error: errorFrame,
  };
}

/** A view of the objects as JSON: rows of a table, or metadata only. `name` tells the views apart. */
export function viewEventEncoder(resource: Resource, name: string, view: View): EventEncoder {
  return {
    name,
    contentType: "application/json",
    encode: ({ type, object }, position) => jsonFrame(type, view(object.value, position)),
    bookmark: (bookmark, position) =>
      jsonFrame("BOOKMARK", view(bookmarkObject(resource, bookmark), position)),
    error: errorFrame,
  };
}

/** Whole objects as protobuf, for the few clients that take nothing else. */
export function protobufEventEncoder(resource: Resource): EventEncoder {
  return {
    name: "protobuf",
    contentType: "application/vnd.kubernetes.protobuf;stream=watch",
    encode: ({ type, object }) =>
      encodeWatchFrame(type, encodeProtobuf(resource.kind, object.value)),
    bookmark: (bookmark) => {
      const object = bookmarkObject(resource, bookmark);
      return encodeWatchFrame("BOOKMARK", encodeProtobuf(resource.kind, object));
    },
    error: (error) => encodeWatchFrame("ERROR", encodeProtobuf(status, statusOf(error))),
  };
}

/** Of the watched kind, with nothing but a resource version. */
function bookmarkObject(resource: Resource, { revision, meaning }: Bookmark): JsonObject {
  const annotations = meaning === "stateEnd" ? { [initialEventsEnd]: "true" } : undefined;
  return {
    kind: resource.kind.kind,
    apiVersion: resource.apiVersion,
    metadata: { resourceVersion: String(revision), annotations },
  };
}

function jsonFrame(type: string, object: JsonObject): Uint8Array {
  return text.encode(`${encodeJsonText(undefined, { type, object })}\n`);
}

function errorFrame(error: StatusError): Uint8Array {
  return text.encode(`${JSON.stringify({ type: "ERROR", object: statusOf(error) })}\n`);
}
