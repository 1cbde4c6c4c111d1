/**
 * Asks a server for an upgrade over a connection of our own: one HTTP/1.1 request, one response head,
 * and from then on bytes. This is all of HTTP that a runtime's streaming server needs to hear.
 */
import type { Connection, Headers, UpgradeResult } from "#base";
import { concat } from "#http";

export interface UpgradeRequest {
  readonly method: "GET" | "POST";
  /** Path and query. */
  readonly target: string;
  readonly host: string;
  /** Among them `connection` and `upgrade`. */
  readonly headers: Headers;
}

/** A response head or a refusal's body larger than this is not what we asked for. */
const headBytesMax = 64 * 1024;
const utf8 = new TextEncoder();
const latin1 = new TextDecoder("latin1");
const headEnd = utf8.encode("\r\n\r\n");

/** Owns the connection from now on: closes it unless the upgrade was granted. */
export async function upgradeOver(
  connection: Connection,
  request: UpgradeRequest,
  signal: AbortSignal,
): Promise<UpgradeResult> {
  const close = () => void connection[Symbol.asyncDispose]();
  signal.addEventListener("abort", close, { once: true });
  try {
    await connection.send(utf8.encode(formatRequest(request)));
    const chunks = connection.received[Symbol.asyncIterator]();
    const { head, rest } = await readHead(chunks);
    const { status, headers } = parseHead(head);
    const upgraded = continuedConnection(connection, chunks, rest);
    if (status === 101) {
      const response = { status, headers, body: undefined };
      return { kind: "upgraded", response, connection: upgraded };
    }
    const body = await readRefusal(upgraded, headers);
    await connection[Symbol.asyncDispose]();
    return { kind: "refused", response: { status, headers: refusalHeaders(headers), body } };
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

function formatRequest({ method, target, host, headers }: UpgradeRequest): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => {
    const values = typeof value === "object" ? value : value === undefined ? [] : [value];
    return values.map((one) => `${name}: ${one}`);
  });
  return [`${method} ${target} HTTP/1.1`, `host: ${host}`, ...lines, "", ""].join("\r\n");
}

async function readHead(
  chunks: AsyncIterator<Uint8Array>,
): Promise<{ readonly head: string; readonly rest: Uint8Array }> {
  let bytes: Uint8Array = new Uint8Array(0);
  while (bytes.length <= headBytesMax) {
    const { done, value } = await chunks.next();
    if (done === true) throw new Error("the streaming server closed the connection");
    bytes = concat([bytes, value]);
    const end = indexOf(bytes, headEnd);
    if (end < 0) continue;
    return { head: latin1.decode(bytes.subarray(0, end)), rest: bytes.subarray(end + 4) };
  }
  throw new Error("the streaming server's answer is too long");
}

function parseHead(head: string): { readonly status: number; readonly headers: Headers } {
  const [first = "", ...lines] = head.split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) throw new Error("the streaming server does not speak HTTP");
  const headers: Record<string, readonly string[]> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0) headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()];
  }
  return { status, headers };
}

/** The connection whose first bytes came together with the response head. */
function continuedConnection(
  connection: Connection,
  chunks: AsyncIterator<Uint8Array>,
  first: Uint8Array,
): Connection {
  async function* received(): AsyncGenerator<Uint8Array> {
    if (first.length > 0) yield first;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      yield next.value;
    }
  }
  return {
    received: received(),
    send: (bytes) => connection.send(bytes),
    finish: () => connection.finish(),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/** The body of a refusal: as long as announced, or until the server closes. */
async function readRefusal(connection: Connection, headers: Headers): Promise<Uint8Array> {
  const announced = Number(headers["content-length"]?.[0] ?? headBytesMax);
  const parts: Uint8Array[] = [];
  let missing = Math.min(announced, headBytesMax);
  if (missing > 0) {
    for await (const chunk of connection.received) {
      parts.push(chunk.subarray(0, missing));
      missing -= chunk.length;
      if (missing <= 0) break;
    }
  }
  return concat(parts);
}

/** What describes the body; how it was transferred is over. */
function refusalHeaders(headers: Headers): Headers {
  return { "content-type": headers["content-type"] ?? "text/plain; charset=utf-8" };
}

function indexOf(bytes: Uint8Array, pattern: Uint8Array): number {
  const first = pattern[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (pattern.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
