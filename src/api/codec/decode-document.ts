import type { JsonValue } from "../schema/schema.ts";
import { badRequest } from "../status-error.ts";
import { JsonSyntaxError, JsonText, setOwn } from "./json-text.ts";

export interface JsonDocument {
  readonly value: JsonValue;
  /** Paths of the keys that are there more than once, such as `spec.ports[0].name`; the last counts. */
  readonly duplicates: readonly string[];
}

/**
 * Reads a JSON document of no particular kind, such as a patch. Throws BadRequest, its message after
 * `errorPrefix`.
 */
export function decodeDocument(text: string, errorPrefix: string): JsonDocument {
  const duplicates: string[] = [];
  const cursor = new JsonText(text);
  try {
    const value = readValue(cursor, "", duplicates);
    cursor.end();
    return { value, duplicates };
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw badRequest(`${errorPrefix}${error.message}`);
    throw error;
  }
}

function readValue(cursor: JsonText, path: string, duplicates: string[]): JsonValue {
  switch (cursor.peek()) {
    case "object":
      return readObject(cursor, path, duplicates);
    case "array":
      return readArray(cursor, path, duplicates);
    default:
      return cursor.value();
  }
}

function readObject(cursor: JsonText, path: string, duplicates: string[]): JsonValue {
  const object: Record<string, JsonValue> = {};
  for (let more = cursor.openObject(); more; more = cursor.nextKey()) {
    const key = cursor.key();
    const memberPath = path === "" ? key : `${path}.${key}`;
    if (Object.hasOwn(object, key)) duplicates.push(memberPath);
    setOwn(object, key, readValue(cursor, memberPath, duplicates));
  }
  return object;
}

function readArray(cursor: JsonText, path: string, duplicates: string[]): JsonValue {
  const array: JsonValue[] = [];
  for (let more = cursor.openArray(); more; more = cursor.nextElement()) {
    array.push(readValue(cursor, `${path}[${array.length}]`, duplicates));
  }
  return array;
}
