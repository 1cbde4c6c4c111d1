/**
 * The way to an API server whose clients are all in the same process and never lose touch. What is said only
 * to keep in touch, or to people, would take half of the time of a simulation: bookmarks, the regular end of
 * watches, and Events.
 */

import type { HttpResponse, HttpTransport } from "#base";

export function quietTransport(server: HttpTransport): HttpTransport {
  return {
    async send(request, signal) {
      const [path = "", query = ""] = request.target.split("?");
      const isEvent = path.endsWith("/events") && request.method === "POST";
      if (isEvent && request.body instanceof Uint8Array) return answer(201, request.body);
      const parameters = new URLSearchParams(query);
      if (!parameters.has("watch")) return server.send(request, signal);
      // The end of a state in a watch is a bookmark: who is refused lists, and watches from there.
      if (parameters.has("sendInitialEvents")) return answer(422, noInitialEvents);
      parameters.delete("allowWatchBookmarks");
      parameters.set("timeoutSeconds", String(watchSeconds));
      return server.send({ ...request, target: `${path}?${parameters.toString()}` }, signal);
    },
    upgrade: (request, signal) => server.upgrade(request, signal),
  };
}

/** Longer than any simulation. */
const watchSeconds = 100 * 24 * 3600;

const noInitialEvents = new TextEncoder().encode(
  JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", reason: "Invalid" }),
);

function answer(status: number, body: Uint8Array): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body };
}
