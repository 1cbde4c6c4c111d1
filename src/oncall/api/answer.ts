import type { HttpResponse, ReceivedRequest } from "#base";
import type { Caller } from "./access.ts";

/** A request that was routed. */
export interface Call {
  readonly request: ReceivedRequest;
  readonly query: URLSearchParams;
  readonly parameters: ReadonlyMap<string, string>;
}

/** A call of somebody who may make it. */
export interface AllowedCall extends Call {
  readonly caller: Caller;
}

export type Serve = (call: Call) => HttpResponse | Promise<HttpResponse>;

/** The largest body that is read: a group of thousands of alerts is smaller. */
export const bodyBytesMax = 4 * 1024 * 1024;

export function parameter({ parameters }: Call, name: string): string {
  return parameters.get(name) ?? "";
}

export function jsonAnswer(status: number, value: unknown): HttpResponse {
  const body = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  return { status, headers: { "content-type": "application/json" }, body };
}

/** Text of a type, which nobody keeps or guesses the type of. */
export function textAnswer(status: number, type: string, text: string): HttpResponse {
  const headers = {
    "content-type": `${type}; charset=utf-8`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  };
  return { status, headers, body: new TextEncoder().encode(text) };
}
