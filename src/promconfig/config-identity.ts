import { Secret } from "./secret.ts";

/**
 * A text that is equal exactly for parts of a configuration that mean the same, secrets included: so
 * that a reload leaves alone what did not change. Never to be shown.
 */
export function configIdentity(part: unknown): string {
  return JSON.stringify(plain(part));
}

function plain(part: unknown): unknown {
  if (part instanceof Secret) return ["secret", part.reveal()];
  if (part instanceof Map) return ["map", ...Array.from(part, plain)];
  if (Array.isArray(part)) return part.map(plain);
  if (typeof part === "bigint") return String(part);
  if (typeof part !== "object" || part === null) return part;
  return Object.entries(part).map(([name, value]) => [name, plain(value)]);
}
