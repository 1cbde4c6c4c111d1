/**
 * Shows pages when none of the web pages is open. What a push holds is told by `web-push.ts` of the
 * on-call module: what to show, and the signed link by which its reader answers it.
 */
import { clickedUrl, type PushedPage, pushedPage, type Worker, workerOf } from "./worker.ts";

const worker = workerOf(globalThis);

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("push", (event) => event.waitUntil(show(worker, pushedPage(event))));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(worker.clients.openWindow(clickedUrl(event, worker.registration.scope)));
});

function show({ registration }: Worker, { title, body, tag, url }: PushedPage): Promise<void> {
  return registration.showNotification(title, {
    body,
    // A page that is sent twice is shown once.
    tag,
    data: url,
    // It stays until somebody answers it.
    requireInteraction: true,
    icon: new URL("icon-192.png", registration.scope).href,
  });
}
