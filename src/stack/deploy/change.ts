/** What deploying would change: object by object, before and after. */
import type { JsonObject, JsonValue } from "#api";
import { isJsonObject, metadataOf } from "../cluster/decode.ts";
import type { PlannedObject } from "../plan.ts";

export interface Change {
  /** `replace`: what differs can never change, so that the object is made anew. */
  readonly kind: "create" | "update" | "replace" | "delete";
  /** `Deployment/web` */
  readonly object: string;
  readonly service: string | undefined;
  /** Without what the server keeps for itself. */
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

export function nameOf({ kind, name }: Pick<PlannedObject, "kind" | "name">): string {
  return `${kind}/${name}`;
}

/** What the server would make of a planned object; undefined when it is so already. */
export function changeOf(
  planned: PlannedObject,
  live: JsonObject | undefined,
  result: JsonObject | "cannot change",
): Change | undefined {
  const facts = { object: nameOf(planned), service: planned.service };
  if (live === undefined) {
    return { kind: "create", ...facts, before: undefined, after: planned.object };
  }
  const before = comparable(live);
  if (result === "cannot change") {
    return { kind: "replace", ...facts, before, after: planned.object };
  }
  const after = comparable(result);
  return isSame(before, after) ? undefined : { kind: "update", ...facts, before, after };
}

/** Fields of the metadata that differ from one look to the next, or say nothing about the content. */
const bookkeeping = new Set([
  "managedFields",
  "resourceVersion",
  "uid",
  "creationTimestamp",
  "generation",
  "selfLink",
]);

/** An object without its status and what the server keeps for itself. */
export function comparable(object: JsonObject): JsonObject {
  const { status: _status, metadata: _metadata, ...rest } = object;
  const metadata = Object.entries(metadataOf(object)).filter(([key]) => !bookkeeping.has(key));
  return { ...rest, metadata: Object.fromEntries(metadata) };
}

/** Whether two values say the same; the order of keys says nothing. */
function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return canonicalText(one) === canonicalText(other);
}

function canonicalText(value: JsonValue | undefined): string {
  return JSON.stringify(sortedKeys(value)) ?? "";
}

/** The value with the keys of all its objects in order. */
export function sortedKeys(value: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isJsonObject(value)) return value ?? null;
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sortedKeys(child)]));
}
