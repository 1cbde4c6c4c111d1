/** Fields of JSON that somebody sent: each is what it should be, or absent. */
import { IntakeError } from "./report.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** The object in a body. Throws an `IntakeError` for anything else. */
export function decodeObject(body: Uint8Array): Fields {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    if (error instanceof SyntaxError) throw new IntakeError(["the body is not JSON"]);
    throw error;
  }
  const fields = objectOf(value);
  if (fields === undefined) throw new IntakeError(["the body is not a JSON object"]);
  return fields;
}

function objectOf(value: unknown): Fields | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Fields) : undefined;
}

function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Empty when it is absent or no text. */
export function textIn(fields: Fields, name: string): string {
  const value = fieldOf(fields, name);
  return typeof value === "string" ? value : "";
}

export function objectIn(fields: Fields, name: string): Fields {
  return objectOf(fieldOf(fields, name)) ?? {};
}

/** The objects of a list; what is none is passed over. */
export function objectsIn(fields: Fields, name: string): readonly Fields[] {
  const value = fieldOf(fields, name);
  return Array.isArray(value) ? value.map(objectOf).filter((one) => one !== undefined) : [];
}

/** `key: value` lines. */
export function linesOf(fields: Fields): readonly string[] {
  return Object.entries(fields).map(([name, value]) => {
    return `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
  });
}
