import type { JsonObject, JsonValue } from "#api";

/**
 * A typed object of the API as the JSON that is sent: without attributes that are undefined, so that
 * equal objects are equal texts.
 */
export function plainObject(object: object): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(object)) {
    const plain = plainValue(value);
    if (plain !== undefined) entries.push([key, plain]);
  }
  return Object.fromEntries(entries);
}

function plainValue(value: unknown): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => plainValue(item) ?? null);
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return value;
    case "object":
      return value === null ? null : plainObject(value);
    default:
      return undefined;
  }
}
