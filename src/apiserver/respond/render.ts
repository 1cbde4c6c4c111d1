/** Answers as responses, in the form that the client asked for. */

import {
  type AnyKind,
  apiVersionOf,
  encodeJsonText,
  encodeProtobuf,
  formatYaml,
  type JsonObject,
  listKindOf,
  StatusError,
} from "#api";
import type { HttpResponse } from "#base";
import { status as statusKind } from "#api/meta/v1";
import { metadataOf } from "../objects/metadata.ts";
import { ItemWriter, withVersion } from "../objects/object-bytes.ts";
import type { StoredObject } from "../objects/stored-object.ts";
import { hasPrinter } from "../printers/printers.ts";
import { metadataListOf, metadataViewOf } from "../views/metadata-view.ts";
import { tableEventOf, tableOf, type TableRows } from "../views/table.ts";
import type { ListAnswer, ObjectAnswer, ValueAnswer, ValuesAnswer } from "./answer.ts";
import { jsonType, type Presentation, protobufType, yamlType } from "./presentation.ts";

const encoder = new TextEncoder();
const newline = encoder.encode("\n");

/** Lists larger than this are sent in pieces, so that no list is held twice. */
const pieceBytes = 512 * 1024;

export function renderObject(
  { status, object }: ObjectAnswer,
  presentation: Presentation,
  nowMs: number,
): HttpResponse {
  const isPlain = presentation.mediaType === jsonType && presentation.layout === "compact";
  switch (presentation.view) {
    case "table":
      return renderView(
        status,
        tableOf(rowsOf([object], object, nowMs), presentation),
        presentation,
      );
    case "metadata":
      return renderView(status, metadataViewOf(object.value, presentation), presentation);
    case "whole":
      return isPlain
        ? bytesResponse(status, jsonType, wholeJson(object))
        : renderKind(status, object.resource.kind, object.value, presentation);
  }
}

export function renderValue(
  { status, schema, value }: ValueAnswer,
  presentation: Presentation,
  nowMs: number,
): HttpResponse {
  if (presentation.view !== "table" || schema === statusKind) {
    return renderKind(status, schema, value, presentation);
  }
  // Only what has a printer can be a row: a Scale can, a review cannot.
  if (!hasPrinter(schema)) {
    throw new StatusError(
      "NotAcceptable",
      `the resource ${schema.kind} does not support being converted to a Table`,
    );
  }
  const single = { presentation, position: "first", nowMs } as const;
  return renderView(status, tableEventOf({ kind: schema }, value, single), presentation);
}

export function renderValues(
  { schema, items }: ValuesAnswer,
  presentation: Presentation,
  nowMs: number,
): HttpResponse {
  const metadata = {};
  const objects = items.map((value) => ({ value }));
  switch (presentation.view) {
    case "table": {
      const table = tableOf({ resource: { kind: schema }, objects, nowMs, metadata }, presentation);
      return renderView(200, table, presentation);
    }
    case "metadata":
      return renderView(200, metadataListOf(objects, metadata, presentation), presentation);
    case "whole":
      return renderKind(200, listKindOf(schema), listOf(schema, items, metadata), presentation);
  }
}

function listOf(kind: AnyKind, items: readonly JsonObject[], metadata: JsonObject): JsonObject {
  return { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items };
}

export function renderList(
  list: ListAnswer,
  presentation: Presentation,
  nowMs: number,
): HttpResponse {
  const { objects, resource } = list;
  const metadata = listMetadataOf(list);
  switch (presentation.view) {
    case "table": {
      const table = tableOf({ resource, objects, nowMs, metadata }, presentation);
      return renderView(200, table, presentation);
    }
    case "metadata":
      return renderView(200, metadataListOf(objects, metadata, presentation), presentation);
    case "whole":
      break;
  }
  if (presentation.mediaType === jsonType && presentation.layout === "compact") {
    return listResponse(list, metadata);
  }
  const items = objects.map(({ value }) => value);
  const value = listOf(resource.kind, items, metadata);
  return renderKind(200, listKindOf(resource.kind), value, presentation);
}

function rowsOf(objects: readonly StoredObject[], first: StoredObject, nowMs: number): TableRows {
  const { resourceVersion } = metadataOf(first.value);
  return { resource: first.resource, objects, nowMs, metadata: { resourceVersion } };
}

function wholeJson(object: StoredObject): Uint8Array {
  const frame = { before: new Uint8Array(0), after: newline };
  return withVersion(object.bytes, object.resource.head, object.revision, frame);
}

function listMetadataOf(list: ListAnswer): JsonObject {
  return {
    resourceVersion: String(list.revision),
    ...(list.continueToken === "" ? {} : { continue: list.continueToken }),
    ...(list.remainingCount === undefined ? {} : { remainingItemCount: list.remainingCount }),
  };
}

/** A list of whole objects: their bytes one after the other, nothing is decoded. */
function listResponse(list: ListAnswer, metadata: JsonObject): HttpResponse {
  const { objects, resource } = list;
  let byteCount = 0;
  for (const object of objects) byteCount += object.bytes.length;
  const kind = JSON.stringify(`${resource.kind.kind}List`);
  const version = JSON.stringify(resource.apiVersion);
  const head = `{"kind":${kind},"apiVersion":${version},"metadata":${JSON.stringify(metadata)},"items":[`;
  const pieces = listPieces(list, head, Math.min(byteCount + 4_096, pieceBytes));
  if (byteCount + 4_096 <= pieceBytes / 2) {
    const first = pieces.next();
    if (first.done !== true && pieces.next().done === true) {
      return bytesResponse(200, jsonType, first.value);
    }
  }
  const body = streamOf(listPieces(list, head, pieceBytes));
  return { status: 200, headers: { "content-type": jsonType }, body };
}

function* listPieces(
  { objects, resource }: ListAnswer,
  head: string,
  sizeBytes: number,
): Generator<Uint8Array> {
  const comma = encoder.encode(",");
  const [first] = objects;
  const writer = new ItemWriter(resource.head, sizeBytes);
  writer.write(encoder.encode(head));
  for (const object of objects) {
    if (object !== first) writer.write(comma);
    writer.writeItem(object.bytes, object.revision);
    if (writer.length >= sizeBytes * 0.9) yield writer.take();
  }
  writer.write(encoder.encode("]}\n"));
  yield writer.take();
}

async function* streamOf(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

function renderView(status: number, view: JsonObject, presentation: Presentation): HttpResponse {
  return renderJson(status, view, presentation);
}

function renderKind(
  status: number,
  kind: AnyKind,
  value: JsonObject,
  presentation: Presentation,
): HttpResponse {
  if (presentation.mediaType === protobufType) {
    return bytesResponse(status, protobufType, encodeProtobuf(kind, value));
  }
  return renderJson(status, value, presentation);
}

function renderJson(status: number, value: JsonObject, presentation: Presentation): HttpResponse {
  if (presentation.mediaType === yamlType) {
    return bytesResponse(status, yamlType, encoder.encode(formatYaml(value)));
  }
  const text = encodeJsonText(undefined, value);
  const isPretty = presentation.layout === "pretty";
  const shown = isPretty ? JSON.stringify(JSON.parse(text), undefined, 2) : text;
  return bytesResponse(status, jsonType, encoder.encode(`${shown}\n`));
}

export function bytesResponse(status: number, contentType: string, body: Uint8Array): HttpResponse {
  const headers = { "content-type": contentType, "content-length": String(body.length) };
  return { status, headers, body };
}
