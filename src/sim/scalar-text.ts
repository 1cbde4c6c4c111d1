import { type JsonValue, ValueError } from "#api";

/** What a number or a text says, as it was written; throws `ValueError` for anything else. */
export function scalarText(value: JsonValue, what: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return value.toString();
  throw new ValueError(`${what} must be a number or a text, not ${JSON.stringify(value)}`);
}
