/**
 * Shows pages when none of the web pages is open. A press on one leads to the signed link by which its
 * reader answers it.
 */
import { pushedPage } from "../oncall/pushed-page.ts";
import { type Worker, workerOf } from "./worker.ts";

const worker = workerOf(globalThis);

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("push", (event) => {
  event.waitUntil(show(worker, event.data?.text() ?? ""));
});
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { data: url } = event.notification;
  const { scope } = worker.registration;
  const leadsOn = typeof url === "string" && url !== "";
  event.waitUntil(worker.clients.openWindow(leadsOn ? url : scope));
});

function show({ registration }: Worker, pushed: string): Promise<void> {
  const { title, body, tag, url } = pushedPage(pushed);
  return registration.showNotification(title, {
    body,
    tag,
    data: url,
    // It stays until somebody answers it.
    requireInteraction: true,
    icon: new URL("icon-192.png", registration.scope).href,
  });
}
