/** What the holder of a link may do. */
export interface Grant {
  readonly incident: string;
  readonly user: string;
  readonly message: string;
  readonly expiresAtMs: number;
}

/** Undefined for bytes that are none; they come from a link, whose signature was verified. */
export function decodeGrant(bytes: Uint8Array | undefined): Grant | undefined {
  if (bytes === undefined) return undefined;
  const parts = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  if (!Array.isArray(parts)) return undefined;
  const [incident, user, message, expiresAtMs] = parts as readonly unknown[];
  const isGrant =
    typeof incident === "string" &&
    typeof user === "string" &&
    typeof message === "string" &&
    typeof expiresAtMs === "number";
  return isGrant ? { incident, user, message, expiresAtMs } : undefined;
}
