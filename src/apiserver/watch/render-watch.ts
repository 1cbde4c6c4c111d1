import type { HttpResponse } from "#base";
import type { ServerParts } from "../request/request-context.ts";
import type { WatchAnswer } from "../respond/answer.ts";
import type { Presentation } from "../respond/presentation.ts";
import { type EventEncoder, jsonEventEncoder } from "./event-encoder.ts";
import { openWatch } from "./watch-session.ts";

/** A watch as a response whose body goes on. */
export function renderWatch(
  parts: ServerParts,
  { selection, options }: WatchAnswer,
  presentation: Presentation,
  signal: AbortSignal,
): HttpResponse {
  const encoder = encoderFor(selection.resource, presentation);
  const body = openWatch(parts, { selection, options, encoder }, signal);
  return { status: 200, headers: { "content-type": encoder.contentType }, body };
}

function encoderFor(
  resource: Parameters<typeof jsonEventEncoder>[0],
  _presentation: Presentation,
): EventEncoder {
  return jsonEventEncoder(resource);
}
