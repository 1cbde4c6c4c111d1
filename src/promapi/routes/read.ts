/** `/read`: other servers' remote reads. */
import type { HttpResponse } from "#base";
import { readBody } from "#http";
import type { ApiRoute } from "../route.ts";

/** Answers the body of one request; refusals are responses too. */
export interface ReadResponder {
  respond(body: Uint8Array, signal: AbortSignal): Promise<HttpResponse>;
}

const bodyBytesMax = 32 * 1024 * 1024;

export function readRoutes(responder: ReadResponder): readonly ApiRoute[] {
  return [
    {
      method: "POST",
      pattern: "/read",
      serve: async ({ received }, signal) =>
        responder.respond(await readBody(received, bodyBytesMax), signal),
    },
  ];
}
