import type { Clock, Counter, Meters } from "#base";
import type { NotificationSource, NotificationView } from "#promapi";

/** Pages that may listen at the same time; more make no sense, and each costs a connection. */
const listenersMax = 16;
/** What a listener that does not read may leave waiting. */
const waitingMax = 100;

/** What the server wants its operator to know now, for the pages to show. */
export class Notifications implements NotificationSource {
  readonly #clock: Clock;
  readonly #active = new Map<string, NotificationView>();
  readonly #listeners = new Set<Listener>();
  readonly #sent: Counter;
  readonly #dropped: Counter;

  constructor(clock: Clock, meters: Meters) {
    this.#clock = clock;
    const name = "prometheus_api_notification";
    const counter = (what: string, help: string) =>
      meters.counter({ name: `${name}_updates_${what}_total`, help }).with();
    this.#sent = counter("sent", "Updates that were handed to pages that listen.");
    this.#dropped = counter("dropped", "Updates that were not, because a page did not read.");
    const listening = { name: `${name}_active_subscribers`, help: "Pages that listen now." };
    meters.sampled(listening, "gauge", () => [{ labelValues: [], value: this.#listeners.size }]);
  }

  raise(text: string): void {
    if (this.#active.has(text)) return;
    const view = { text, dateMs: this.#clock.nowMs(), isActive: true };
    this.#active.set(text, view);
    this.#tell(view);
  }

  clear(text: string): void {
    const view = this.#active.get(text);
    if (view === undefined) return;
    this.#active.delete(text);
    this.#tell({ ...view, isActive: false });
  }

  current(): readonly NotificationView[] {
    return [...this.#active.values()];
  }

  subscribe(signal: AbortSignal): AsyncIterable<NotificationView> | undefined {
    if (this.#listeners.size >= listenersMax) return undefined;
    const listener = new Listener();
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => listener.end(), { once: true });
    return this.#listen(listener);
  }

  #tell(view: NotificationView): void {
    for (const listener of this.#listeners) {
      if (listener.push(view)) this.#sent.add();
      else this.#dropped.add();
    }
  }

  async *#listen(listener: Listener): AsyncGenerator<NotificationView> {
    try {
      yield* listener.views();
    } finally {
      this.#listeners.delete(listener);
    }
  }
}

class Listener {
  readonly #waiting: NotificationView[] = [];
  #isEnded = false;
  #wake = Promise.withResolvers<void>();

  /** Whether there was room for it. */
  push(view: NotificationView): boolean {
    const hasRoom = this.#waiting.length < waitingMax;
    if (hasRoom) this.#waiting.push(view);
    this.#wake.resolve();
    return hasRoom;
  }

  end(): void {
    this.#isEnded = true;
    this.#wake.resolve();
  }

  async *views(): AsyncGenerator<NotificationView> {
    while (!this.#isEnded) {
      yield* this.#waiting.splice(0);
      if (this.#isEnded) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }
}
