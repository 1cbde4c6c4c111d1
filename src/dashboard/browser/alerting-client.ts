/** Calls to the alerting part's API, `/api/v2`. */
import { hrefOf } from "./location.ts";
import type { ApiResult } from "./api-client.ts";
import type { NewSilence, Silence } from "../alerting/wire.ts";

/** Asks for `/api/v2/<path>`. Rejects with what the server says is wrong. */
export async function ask<T>(
  path: string,
  query: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<ApiResult<T>> {
  const startedMs = performance.now();
  const parameters = new URLSearchParams(query.map(([name, value]) => [name, value]));
  const data = await send<T>(path, parameters.toString(), { signal });
  return { data, warnings: [], infos: [], elapsedMs: performance.now() - startedMs };
}

export async function addSilence(silence: NewSilence): Promise<void> {
  await postSilence(silence);
}

/** Lets it end later. */
export async function extendSilence(silence: Silence, byMs: number): Promise<void> {
  const { id, matchers, startsAt, createdBy, comment } = silence;
  const endsAt = new Date(Date.parse(silence.endsAt) + byMs).toISOString();
  await postSilence({ id, matchers, startsAt, endsAt, createdBy, comment });
}

export async function expireSilence(id: string): Promise<void> {
  await send(`silence/${encodeURIComponent(id)}`, "", { method: "DELETE" });
}

/** One with the id of another takes its place. */
async function postSilence(silence: NewSilence & { readonly id?: string }): Promise<void> {
  await send("silences", "", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(silence),
  });
}

async function send<T>(path: string, query: string, options: RequestInit): Promise<T> {
  const response = await fetch(hrefOf(`api/v2/${path}`, query), options);
  const text = await response.text();
  if (!response.ok) throw new Error(refusal(text));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server's answer
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** Refusals are a text in JSON. */
function refusal(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    // A proxy in between says it in its own way.
    return text.slice(0, 200);
  }
}
