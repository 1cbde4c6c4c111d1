/** A service worker's surroundings, as far as ours uses them; the compiler knows those of pages only. */

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
