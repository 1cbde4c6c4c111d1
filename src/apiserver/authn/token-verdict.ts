import type { User } from "../authentication.ts";

/** What somebody who knows one sort of bearer token says about a token. */
export type TokenVerdict =
  | {
      readonly kind: "genuine";
      /** Without `system:authenticated`, which all have in common. */
      readonly user: User;
      /** Those of the asked audiences that the token is for. */
      readonly audiences: readonly string[];
    }
  /** Not of that sort. */
  | { readonly kind: "unknown" }
  | { readonly kind: "refused"; readonly why: string };

/** Knows one sort of bearer token. */
export interface TokenReader {
  /** `audiences`: whom the token must be for, one of them at least. */
  read(token: string, audiences: readonly string[], signal: AbortSignal): Promise<TokenVerdict>;
}

/** Asks one after the other until one knows the token. */
export async function readToken(
  readers: readonly TokenReader[],
  token: string,
  audiences: readonly string[],
  signal: AbortSignal,
): Promise<TokenVerdict> {
  for (const reader of readers) {
    const verdict = await reader.read(token, audiences, signal);
    if (verdict.kind !== "unknown") return verdict;
  }
  return { kind: "unknown" };
}
