/** `/notifications` and `/notifications/live`: what the server wants its operator to know now. */
import type { HttpResponse } from "#base";
import { answerOf, emptyResponse } from "../answer.ts";
import type { NotificationSource, NotificationView } from "../ports.ts";
import type { ApiRoute } from "../route.ts";

export function notificationRoutes(source: NotificationSource): readonly ApiRoute[] {
  const get = { method: "GET" } as const;
  return [
    {
      ...get,
      pattern: "/notifications",
      serve: () => answerOf(source.current().map(notificationJson)),
    },
    {
      ...get,
      pattern: "/notifications/live",
      serve: (_request, signal) => live(source, signal),
    },
  ];
}

function notificationJson({ text, dateMs, isActive }: NotificationView) {
  return { text, date: new Date(dateMs).toISOString(), active: isActive };
}

/** Server-sent events; 204 tells the page that there are too many listeners and not to come back. */
function live(source: NotificationSource, signal: AbortSignal): HttpResponse {
  const changes = source.subscribe(signal);
  if (changes === undefined) return emptyResponse(204);
  const headers = { "content-type": "text/event-stream", "cache-control": "no-cache" };
  return { status: 200, headers, body: events(source.current(), changes) };
}

async function* events(
  first: readonly NotificationView[],
  changes: AsyncIterable<NotificationView>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const eventOf = (view: NotificationView) =>
    encoder.encode(`data: ${JSON.stringify(notificationJson(view))}\n\n`);
  for (const view of first) yield eventOf(view);
  for await (const view of changes) yield eventOf(view);
}
