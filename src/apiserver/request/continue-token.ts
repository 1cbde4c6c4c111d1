/**
 * Continue tokens: where the next page of a list starts and at which revision. Opaque to clients, yet
 * of upstream's shape, because tools look inside: unpadded URL-safe base64 of
 * `{"v":"meta.k8s.io/v1","rv":42,"start":"namespace/name\u0000"}`.
 */

import { badRequest } from "#api";

export interface ContinueToken {
  /** The revision of the first page; `-1` continues with the newest state, inconsistently. */
  readonly revision: number;
  /** The last key of the page before, below the resource's (and namespace's) prefix. */
  readonly startAfter: string;
}

const tokenVersion = "meta.k8s.io/v1";
/** Makes the smallest key that is greater than the one before it. */
const successor = "\0";
const tokenLengthMax = 4_096;

export function formatContinueToken(token: ContinueToken): string {
  const text = JSON.stringify({
    v: tokenVersion,
    rv: token.revision,
    start: token.startAfter + successor,
  });
  const bytes = new TextEncoder().encode(text);
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Throws BadRequest for anything that `formatContinueToken` did not make. */
export function parseContinueToken(text: string): ContinueToken {
  const fields = decodeFields(text);
  if (fields === undefined) throw badRequest("continue key is not valid: not a token");
  const { v: version, rv: revision, start } = fields;
  if (version !== tokenVersion) {
    throw badRequest(`continue key is not valid: server does not recognize this encoded version`);
  }
  if (typeof revision !== "number" || !Number.isSafeInteger(revision) || revision === 0) {
    throw badRequest("continue key is not valid: incorrect encoded start resourceVersion");
  }
  if (typeof start !== "string" || start === "" || start.includes("..")) {
    throw badRequest("continue key is not valid: encoded start key empty or outside of the list");
  }
  const startAfter = start.endsWith(successor) ? start.slice(0, -successor.length) : start;
  return { revision: Math.max(revision, -1), startAfter };
}

function decodeFields(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > tokenLengthMax || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  if (text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
