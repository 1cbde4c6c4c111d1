import type { Body, Headers, HttpResponse } from "#base";
import type { ApiError } from "./api-error.ts";
import { goJson } from "./json/go-json.ts";
import { type JsonSource, JsonWriter } from "./json/json-writer.ts";

/** What a route gives back: the envelope's `data`, as JSON text or as what writes it. */
export interface ApiAnswer {
  readonly data: string | JsonSource;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

const jsonType = "application/json";
const chunkBytesMin = 96 * 1024;
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
  const chunks = chunksOf(start, data, end);
  const first = chunks.next();
  if (first.done === true) return jsonResponse(200, first.value);
  return jsonResponse(200, streamed(first.value, chunks));
}

/** The large pieces of a JSON text, and what is left when it ends. */
function* chunksOf(
  start: string,
  data: JsonSource,
  end: string,
): Generator<Uint8Array, Uint8Array, void> {
  const writer = new JsonWriter();
  writer.text(start);
  for (const _ of data(writer)) {
    if (writer.length >= chunkBytesMin) yield writer.take();
  }
  writer.text(end);
  return writer.rest();
}

async function* streamed(
  first: Uint8Array,
  rest: Generator<Uint8Array, Uint8Array, void>,
): AsyncGenerator<Uint8Array> {
  yield first;
  yield yield* rest;
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
