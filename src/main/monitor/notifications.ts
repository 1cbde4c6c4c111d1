import type { Clock } from "#base";
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

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  raise(text: string): void {
    if (this.#active.has(text)) return;
    const view = { text, dateMs: this.#clock.nowMs(), isActive: true };
    this.#active.set(text, view);
    for (const listener of this.#listeners) listener.push(view);
  }

  clear(text: string): void {
    const view = this.#active.get(text);
    if (view === undefined) return;
    this.#active.delete(text);
    for (const listener of this.#listeners) listener.push({ ...view, isActive: false });
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

  push(view: NotificationView): void {
    if (this.#waiting.length < waitingMax) this.#waiting.push(view);
    this.#wake.resolve();
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
