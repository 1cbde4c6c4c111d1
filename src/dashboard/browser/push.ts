/** Pages into this browser: the service worker that shows them, and the subscription to them. */
import { hrefOf } from "./location.ts";
import { remembered } from "./preferences.ts";

/** What the server calls this browser among somebody's contacts; empty when it is none. */
export const pushContact = remembered("push-contact");

type PushState =
  /** This browser, or the address at which it shows the pages, does not allow it. */
  | { readonly kind: "impossible"; readonly reason: string }
  | { readonly kind: "off" }
  | { readonly kind: "on"; readonly endpoint: string };

/** Whether pages reach this browser. */
export async function pushState(): Promise<PushState> {
  const reason = obstacle();
  if (reason !== undefined) return { kind: "impossible", reason };
  const registration = await globalThis.navigator.serviceWorker.getRegistration(hrefOf(""));
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription === null || subscription === undefined) return { kind: "off" };
  return { kind: "on", endpoint: subscription.endpoint };
}

function obstacle(): string | undefined {
  if (globalThis.document.querySelector('link[rel="manifest"]') === null) {
    return "notifications are set up in the pages of the Alertmanager itself";
  }
  if (!globalThis.isSecureContext) return "browsers allow it for pages that come by https only";
  const isAble = "serviceWorker" in globalThis.navigator && "PushManager" in globalThis;
  if (!isAble) {
    return "this browser has no notifications here; on an iPhone, add the page to the home screen first";
  }
  return Notification.permission === "denied"
    ? "notifications of this page are blocked in the browser's settings"
    : undefined;
}

/**
 * Asks the person for permission, and the browser for a subscription with the server's key.
 * Rejects when either says no.
 */
export async function subscribeToPush(serverKey: string): Promise<PushSubscriptionJSON> {
  const registration = await globalThis.navigator.serviceWorker.register(
    hrefOf("service-worker.js"),
    { scope: hrefOf("") },
  );
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error("notifications were not allowed");
  }
  await globalThis.navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: serverKey };
  return (await registration.pushManager.subscribe(options)).toJSON();
}

export async function unsubscribeFromPush(): Promise<void> {
  const registration = await globalThis.navigator.serviceWorker.getRegistration(hrefOf(""));
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}
