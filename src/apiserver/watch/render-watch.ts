import type { HttpResponse } from "#base";
import type { ServerParts } from "../request/request-context.ts";
import type { WatchAnswer } from "../respond/answer.ts";
import type { Resource } from "../registry/resource.ts";
import { type Presentation, protobufType } from "../respond/presentation.ts";
import { metadataViewOf } from "../views/metadata-view.ts";
import { tableEventOf } from "../views/table.ts";
import {
  type EventEncoder,
  jsonEventEncoder,
  protobufEventEncoder,
  viewEventEncoder,
} from "./event-encoder.ts";
import { openWatch } from "./watch-session.ts";

/** A watch as a response whose body goes on. */
export function renderWatch(
  parts: ServerParts,
  { selection, options }: WatchAnswer,
  presentation: Presentation,
  signal: AbortSignal,
): HttpResponse {
  const encoder = encoderFor(selection.resource, presentation, () => parts.clock.nowMs());
  const body = openWatch(parts, { selection, options, encoder }, signal);
  return { status: 200, headers: { "content-type": encoder.contentType }, body };
}

function encoderFor(
  resource: Resource,
  presentation: Presentation,
  nowMs: () => number,
): EventEncoder {
  const { view, viewVersion, includeObject, mediaType } = presentation;
  switch (view) {
    case "table":
      return viewEventEncoder(
        resource,
        `table ${viewVersion} ${includeObject}`,
        (object, position) =>
          tableEventOf(resource, object, { presentation, position, nowMs: nowMs() }),
      );
    case "metadata":
      return viewEventEncoder(resource, `metadata ${viewVersion}`, (object) =>
        metadataViewOf(object, presentation),
      );
    case "whole":
      return mediaType === protobufType
        ? protobufEventEncoder(resource)
        : jsonEventEncoder(resource);
  }
}
