/** Reading the JSON of `ip` and `nft`, whose shape we know but do not control. */

export function decodeJson(text: string): unknown {
  // `ip -j` prints nothing at all for an empty list in some releases.
  return text.trim() === "" ? [] : JSON.parse(text);
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
