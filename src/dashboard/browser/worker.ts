/** A service worker's surroundings, as far as ours uses them; the compiler knows those of pages only. */

export interface PushedPage {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  /** Where its reader answers it. */
  readonly url: string;
}

interface LifeEvent {
  waitUntil(done: Promise<unknown>): void;
}

interface PushEvent extends LifeEvent {
  readonly data: { text(): string } | null;
}

interface ClickEvent extends LifeEvent {
  readonly notification: { readonly data: unknown; close(): void };
}

interface WorkerEvents {
  readonly install: LifeEvent;
  readonly activate: LifeEvent;
  readonly push: PushEvent;
  readonly notificationclick: ClickEvent;
}

export interface Worker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<Kind extends keyof WorkerEvents>(
    kind: Kind,
    listener: (event: WorkerEvents[Kind]) => void,
  ): void;
}

/** The global scope of the worker that this runs in. */
export function workerOf(scope: unknown): Worker {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what browsers give workers
  return scope as Worker;
}

/** What a push says; one that says nothing readable is still shown, as browsers demand. */
export function pushedPage({ data }: PushEvent): PushedPage {
  const said = Object(parsed(data?.text() ?? "{}"));
  return {
    title: String(said.title ?? "You are paged"),
    body: String(said.body ?? ""),
    tag: String(said.tag ?? ""),
    url: String(said.url ?? ""),
  };
}

/** Where a click on a notification leads; without an address of its own to the pages. */
export function clickedUrl({ notification }: ClickEvent, otherwise: string): string {
  const url = notification.data;
  return typeof url === "string" && /^https?:/.test(url) ? url : otherwise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Somebody else's message.
    return {};
  }
}
