/** The normal forms of scalars that are text in memory, and their wire forms where those differ. */

import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { isJsonList } from "../json-value.ts";
import { ValueError } from "../value-error.ts";

const textEncoder = new TextEncoder();
const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;

/** Standard base64 without line breaks; throws `ValueError` in Go's words. */
export function canonicalBase64(text: string): string {
  const joined = text.includes("\n") || text.includes("\r") ? text.replace(/[\r\n]/g, "") : text;
  if (joined.length % 4 === 0 && base64Pattern.test(joined)) return joined;
  const offset = joined.search(/[^A-Za-z0-9+/]/);
  throw new ValueError(
    `illegal base64 data at input byte ${offset < 0 ? joined.length - (joined.length % 4) : offset}`,
  );
}

/** The bytes of canonical base64. */
export function bytesOfBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

const chunkLength = 0x8000;

export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += chunkLength) {
    binary += String.fromCharCode(...bytes.subarray(start, start + chunkLength));
  }
  return btoa(binary);
}

/** JSON text of any value; integers beyond 2^53 are exact. */
export function jsonTextOf(value: JsonValue): string {
  // JSON.stringify is several times faster than any loop, but refuses bigints.
  return hasBigint(value) ? exactText(value) : JSON.stringify(value);
}

export function utf8Of(text: string): Uint8Array {
  return textEncoder.encode(text);
}

function hasBigint(value: JsonValue | undefined): boolean {
  if (typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null) return false;
  if (isJsonList(value)) return value.some(hasBigint);
  for (const key in value) if (hasBigint(value[key])) return true;
  return false;
}

function exactText(value: JsonValue): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isJsonList(value)) return `[${value.map(exactText).join(",")}]`;
  return `{${exactProperties(value).join(",")}}`;
}

function exactProperties(value: JsonObject): readonly string[] {
  return Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : [`${JSON.stringify(key)}:${exactText(item)}`],
  );
}

/** What `omitempty` leaves out: `""`, `0`, `false` and what is empty. */
export function isZero(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) {
    return value === "" || value === 0 || value === false;
  }
  if (isJsonList(value)) return value.length === 0;
  for (const key in value) if (value[key] !== undefined) return false;
  return true;
}
