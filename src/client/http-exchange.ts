/** One exchange with the API server: JSON out, JSON in, refusals as `StatusError`. */

import type { Body, HttpResponse, HttpTransport } from "#base";
import { type JsonValue, StatusError, type StatusReason } from "#api";
import type { Status } from "#api/meta/v1";
import { decodeReason, decodeStatus } from "./decode.ts";

/** More than any single answer should need; a list of 10,000 pods is about 20 MB. */
const answerBytesMax = 1 << 30;

export interface ExchangeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly target: string;
  readonly contentType?: string;
  readonly body?: unknown;
}

/** Sends a request and returns the decoded answer; throws `StatusError` for any refusal. */
export async function exchangeJson(
  transport: HttpTransport,
  request: ExchangeRequest,
  signal: AbortSignal,
): Promise<JsonValue> {
  const response = await openExchange(transport, request, signal);
  return parseAnswer(await readText(response.body));
}

/** Sends a request whose answer is text, whatever it says. */
export async function exchangeText(
  transport: HttpTransport,
  request: ExchangeRequest,
  signal: AbortSignal,
): Promise<string> {
  const response = await openExchange(transport, request, signal);
  return readText(response.body);
}

/** Sends a request and returns the response once it is known to be no refusal; its body streams. */
export async function openExchange(
  transport: HttpTransport,
  request: ExchangeRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const hasBody = request.body !== undefined;
  const response = await transport.send(
    {
      method: request.method,
      target: request.target,
      headers: {
        accept: "application/json",
        ...(hasBody ? { "content-type": request.contentType ?? "application/json" } : {}),
      },
      body: hasBody ? new TextEncoder().encode(JSON.stringify(request.body)) : undefined,
    },
    signal,
  );
  if (response.status >= 200 && response.status < 300) return response;
  throw refusalOf(response.status, await readText(response.body));
}

/** The refusal that a `Status` object describes. */
export function statusErrorOf(status: Status): StatusError {
  return new StatusError(
    decodeReason(status.reason),
    status.message ?? "the server refused without a message",
    {
      ...(status.details === undefined ? {} : { details: status.details }),
      ...(status.code === undefined ? {} : { code: status.code }),
      ...(status.metadata?.continue === undefined
        ? {}
        : { continueToken: status.metadata.continue }),
    },
  );
}

/** The refusal that an answer with this status and text is. */
export function refusalOf(httpStatus: number, text: string): StatusError {
  const status = findStatus(text);
  if (status !== undefined) return statusErrorOf(status);
  const message = `the server answered ${httpStatus}: ${text.slice(0, 500)}`;
  return new StatusError(reasonOfCode(httpStatus), message, { code: httpStatus });
}

function findStatus(text: string): Status | undefined {
  if (!text.startsWith("{")) return undefined;
  const answer = decodeStatus(parseAnswer(text));
  return answer.kind === "Status" ? answer : undefined;
}

function reasonOfCode(code: number): StatusReason {
  if (code === 401) return "Unauthorized";
  if (code === 403) return "Forbidden";
  if (code === 404) return "NotFound";
  if (code === 429) return "TooManyRequests";
  if (code === 503) return "ServiceUnavailable";
  return "InternalError";
}

function parseAnswer(text: string): JsonValue {
  return JSON.parse(text);
}

async function readText(body: Body | undefined): Promise<string> {
  if (body === undefined) return "";
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let byteCount = 0;
  for await (const chunk of body) {
    byteCount += chunk.byteLength;
    if (byteCount > answerBytesMax) throw new Error(`answer exceeds ${answerBytesMax} bytes`);
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join("");
}
