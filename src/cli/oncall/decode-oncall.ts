/** What the on-call server answers, read field by field: a newer one may say more, an older one less. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Undefined for what is not JSON: some proxy answered. */
export function decodeJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** Empty for what is no object. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
}

export function textOf(value: unknown, name: string): string {
  const field = objectOf(value)[name];
  return typeof field === "string" || typeof field === "number" ? String(field) : "";
}
