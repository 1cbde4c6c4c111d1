/** Calls to on-call's API, `/oncall/api/v1`, and the time that its server goes by. */
import { signal } from "@preact/signals";
import type { ApiResult } from "./api-client.ts";
import { hrefOf } from "./location.ts";

/** How far the server's clock is ahead of this one. */
const serverAheadMs = signal(0);

/** What the server's clock shows now. */
export function serverNowMs(): number {
  return Date.now() + serverAheadMs.value;
}

/** The server's refusal; the status tells of what kind it is. */
export class OncallRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "OncallRefusal";
    this.status = status;
  }
}

export interface OncallChange {
  readonly method: "POST" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Asks for something. Rejects with an `OncallRefusal`. */
export async function askOncall<T>(
  path: string,
  query: Readonly<Record<string, string>>,
  abort: AbortSignal,
): Promise<ApiResult<T>> {
  const startedMs = performance.now();
  const data = await send<T>(addressOf(path, query), { signal: abort });
  return { data, warnings: [], infos: [], elapsedMs: performance.now() - startedMs };
}

/** Changes something, or asks with a body. Rejects with an `OncallRefusal`. */
export function tellOncall<T>({ method, path, query = {}, body = {} }: OncallChange): Promise<T> {
  const headers = { "content-type": "application/json" };
  return send<T>(addressOf(path, query), { method, headers, body: JSON.stringify(body) });
}

function addressOf(path: string, query: Readonly<Record<string, string>>): string {
  return hrefOf(`oncall/api/v1/${path}`, new URLSearchParams(query).toString());
}

async function send<T>(address: string, options: RequestInit): Promise<T> {
  const response = await fetch(address, options);
  const text = await response.text();
  const timeMs = Date.parse(response.headers.get("wherry-time") ?? "");
  if (!Number.isNaN(timeMs)) serverAheadMs.value = timeMs - Date.now();
  if (!response.ok) throw new OncallRefusal(response.status, refusalIn(text));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server's answer
  return JSON.parse(text) as T;
}

function refusalIn(text: string): string {
  try {
    return String(Object(JSON.parse(text)).error);
  } catch {
    // A proxy in between says it in its own way.
    return text.slice(0, 200);
  }
}
