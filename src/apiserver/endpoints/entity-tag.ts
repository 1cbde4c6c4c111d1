import type { HttpResponse, ReceivedRequest } from "#base";
import { findHeader } from "#http";

/** Upper-case hexadecimal SHA-512, as upstream tags its documents. */
async function contentHash(body: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", body));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
}

export async function entityTag(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return `"${await contentHash(body)}"`;
}

/** Whether the client has this very document already. */
export function isUnmodified(request: ReceivedRequest, tag: string): boolean {
  const known = findHeader(request.headers, "if-none-match") ?? "";
  return known.split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
}

export function unmodifiedResponse(tag: string): HttpResponse {
  return { status: 304, headers: { etag: tag }, body: undefined };
}
