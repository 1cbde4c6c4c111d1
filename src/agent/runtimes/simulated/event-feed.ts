import type { RuntimeEvent } from "../../runtime.ts";

/** Who forgets to read must not cost memory; whoever misses events lists now and then anyway. */
const unreadMax = 10_000;

/** Hands events to whoever listens now. */
export class EventFeed {
  readonly #listeners = new Set<(event: RuntimeEvent) => void>();

  tell(event: RuntimeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async *follow(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    const unread: RuntimeEvent[] = [];
    let wake = () => {};
    const listener = (event: RuntimeEvent) => {
      if (unread.length < unreadMax) unread.push(event);
      wake();
    };
    const onAbort = () => wake();
    this.#listeners.add(listener);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      while (!signal.aborted) {
        const event = unread.shift();
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#listeners.delete(listener);
      signal.removeEventListener("abort", onAbort);
    }
  }
}
