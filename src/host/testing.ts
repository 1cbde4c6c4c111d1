import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HttpHandler } from "#base";
import { type Authority, createAuthority, openAuthority } from "./pki/authority.ts";
import type { LeafContent } from "./pki/certificate.ts";

/** A directory for one test: `await using folder = await openFolder()`. It goes with the test. */
export async function openFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "wherry-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The bytes of a stream, as text. */
export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString("utf8");
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A handler that refuses what the test does not define. */
export function handlerOf(parts: Partial<HttpHandler>): HttpHandler {
  const none = async () => ({ status: 404, headers: {}, body: undefined });
  return {
    handle: parts.handle ?? none,
    upgrade: parts.upgrade ?? (async () => ({ kind: "refused", response: await none() })),
  };
}

/** An authority of its own, good for ten minutes. */
export async function newAuthority(): Promise<Authority> {
  const validity = { notBeforeMs: Date.now() - 60_000, notAfterMs: Date.now() + 600_000 };
  return openAuthority(
    await createAuthority({ commonName: "test-ca", organizations: [] }, validity),
  );
}

/** What a certificate says; a server's is for 127.0.0.1. */
export function leafOf(
  usage: "server" | "client",
  commonName: string,
  organizations: readonly string[],
): LeafContent {
  return {
    notBeforeMs: Date.now() - 60_000,
    notAfterMs: Date.now() + 600_000,
    subject: { commonName, organizations },
    usages: [usage],
    dnsNames: [],
    ipAddresses: usage === "server" ? ["127.0.0.1"] : [],
  };
}
