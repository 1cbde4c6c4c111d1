import { SlowWatcherError, type StoreEvent } from "./store.ts";

/** A change that watchers may want; the event is built when the first of them does. */
export interface Change {
  readonly key: string;
  readonly event: () => StoreEvent;
}

/**
 * Hands new events to the watchers that have caught up. Watchers of one prefix share their batches,
 * so that a change costs one comparison per distinct prefix, however many watch it.
 */
export class WatchHub {
  readonly #watchersOfPrefix = new Map<string, Set<Watcher>>();
  readonly #unreadMax: number;

  constructor(unreadMax: number) {
    this.#unreadMax = unreadMax;
  }

  /** From now on the returned watcher gets every change of keys that start with `prefix`. */
  join(prefix: string): Watcher {
    const watchers = this.#watchersOfPrefix.get(prefix) ?? new Set();
    this.#watchersOfPrefix.set(prefix, watchers);
    const watcher = new Watcher(prefix, this.#unreadMax, () => {
      if (watchers.delete(watcher) && watchers.size === 0) this.#watchersOfPrefix.delete(prefix);
    });
    watchers.add(watcher);
    return watcher;
  }

  publish(changes: readonly Change[]): void {
    for (const [prefix, watchers] of this.#watchersOfPrefix) {
      const wanted = changes.filter((change) => change.key.startsWith(prefix));
      if (wanted.length === 0) continue;
      const batch = wanted.map((change) => change.event());
      for (const watcher of watchers) watcher.push(batch);
    }
  }

  /** Ends all watchers. */
  close(): void {
    for (const watchers of this.#watchersOfPrefix.values()) {
      for (const watcher of watchers) watcher[Symbol.dispose]();
    }
  }
}

/** The unread events of one reader. */
export class Watcher implements Disposable {
  readonly #prefix: string;
  readonly #unreadMax: number;
  readonly #leave: () => void;
  #unread: (readonly StoreEvent[])[] = [];
  #unreadCount = 0;
  #state: "open" | "overflowed" | "closed" = "open";
  #wake: (() => void) | undefined;

  constructor(prefix: string, unreadMax: number, leave: () => void) {
    this.#prefix = prefix;
    this.#unreadMax = unreadMax;
    this.#leave = leave;
  }

  push(batch: readonly StoreEvent[]): void {
    this.#unread.push(batch);
    this.#unreadCount += batch.length;
    if (this.#unreadCount > this.#unreadMax) {
      this.#state = "overflowed";
      this.#unread = [];
      this.#leave();
    }
    this.#wake?.();
  }

  /** Resolves with what has happened since the last read, or with undefined when closed. */
  async read(): Promise<readonly StoreEvent[] | undefined> {
    while (true) {
      if (this.#state === "overflowed") {
        throw new SlowWatcherError(this.#prefix, this.#unreadCount);
      }
      const [first] = this.#unread;
      if (first !== undefined) {
        const batch = this.#unread.length === 1 ? first : this.#unread.flat();
        this.#unread = [];
        this.#unreadCount = 0;
        return batch;
      }
      if (this.#state === "closed") return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  [Symbol.dispose](): void {
    if (this.#state === "open") this.#state = "closed";
    this.#unread = [];
    this.#leave();
    this.#wake?.();
  }
}
