import type { Body, Headers, HttpResponse } from "#base";
import type { ApiError } from "./api-error.ts";
import { goJson } from "./json/go-json.ts";

/** What a route gives back: the envelope's `data`, as JSON text or in pieces of it. */
export interface ApiAnswer {
  readonly data: JsonText;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** JSON text; large results come in pieces, so that no string holds all of them. */
type JsonText = string | Iterable<string>;

const jsonType = "application/json";
const chunkCharsMin = 64 * 1024;
const textEncoder = new TextEncoder();

/** An answer whose data is an ordinary value. */
export function answerOf(value: unknown, notes: Omit<ApiAnswer, "data"> = {}): ApiAnswer {
  return { data: goJson(value), ...notes };
}

/** `{"status":"success","data":…}`. A large result is streamed. */
export function successResponse({ data, warnings, infos }: ApiAnswer): HttpResponse {
  const end = `${notesJson("warnings", warnings)}${notesJson("infos", infos)}}`;
  const start = '{"status":"success","data":';
  if (typeof data === "string") return jsonResponse(200, textEncoder.encode(start + data + end));
  return jsonResponse(200, inChunks(enveloped(start, data, end)));
}

/** `{"status":"error","errorType":…,"error":…}`. */
export function errorResponse(error: ApiError): HttpResponse {
  const body = { status: "error", errorType: error.type, error: error.message };
  return jsonResponse(error.status, textEncoder.encode(goJson(body)));
}

export function textResponse(status: number, text: string, contentType?: string): HttpResponse {
  const type = contentType ?? "text/plain; charset=utf-8";
  return wholeResponse(status, type, textEncoder.encode(text));
}

function wholeResponse(status: number, contentType: string, body: Uint8Array): HttpResponse {
  const headers = { "content-type": contentType, "content-length": String(body.byteLength) };
  return { status, headers, body };
}

export function emptyResponse(status: number, headers: Headers = {}): HttpResponse {
  return { status, headers, body: undefined };
}

function jsonResponse(status: number, body: Body): HttpResponse {
  if (body instanceof Uint8Array) return wholeResponse(status, jsonType, body);
  return { status, headers: { "content-type": jsonType }, body };
}

function notesJson(name: string, notes: readonly string[] | undefined): string {
  return notes === undefined || notes.length === 0 ? "" : `,"${name}":${goJson(notes)}`;
}

function* enveloped(start: string, data: Iterable<string>, end: string): Generator<string> {
  yield start;
  yield* data;
  yield end;
}

async function* inChunks(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < chunkCharsMin) continue;
    yield textEncoder.encode(text);
    text = "";
  }
  if (text !== "") yield textEncoder.encode(text);
}
