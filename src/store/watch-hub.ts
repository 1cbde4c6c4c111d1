import { SlowWatcherError, type StoreEvent } from "./store.ts";

/** A change that watchers may want; the event is built when the first of them does. */
export interface Change {
  readonly key: string;
  readonly event: () => StoreEvent;
}

/**
 * Hands new events to the watchers that have caught up. A key finds the watchers of its prefixes by
 * looking up its own beginnings, in the lengths that are watched: so a change costs as many look-ups
 * as there are lengths, however many watchers there are. Watchers of one prefix share their batches.
 */
export class WatchHub {
  readonly #watchersOfPrefix = new Map<string, Set<Watcher>>();
  /** How many of the prefixes have each length. */
  readonly #prefixesOfLength = new Map<number, number>();
  readonly #unreadMax: number;

  constructor(unreadMax: number) {
    this.#unreadMax = unreadMax;
  }

  /** From now on the returned watcher gets every change of keys that start with `prefix`. */
  join(prefix: string): Watcher {
    const watchers = this.#watchersOfPrefix.get(prefix) ?? this.#addPrefix(prefix);
    const watcher = new Watcher(prefix, this.#unreadMax, () => {
      if (watchers.delete(watcher) && watchers.size === 0) this.#removePrefix(prefix);
    });
    watchers.add(watcher);
    return watcher;
  }

  publish(changes: readonly Change[]): void {
    const batches = new Map<ReadonlySet<Watcher>, StoreEvent[]>();
    for (const change of changes) {
      for (const length of this.#prefixesOfLength.keys()) {
        const watchers = this.#watchersOfPrefix.get(change.key.slice(0, length));
        if (watchers === undefined || length > change.key.length) continue;
        const batch = batches.get(watchers) ?? [];
        batches.set(watchers, batch);
        batch.push(change.event());
      }
    }
    for (const [watchers, batch] of batches) {
      for (const watcher of watchers) watcher.push(batch);
    }
  }

  /** Ends all watchers. */
  close(): void {
    for (const watchers of this.#watchersOfPrefix.values()) {
      for (const watcher of watchers) watcher[Symbol.dispose]();
    }
  }

  #addPrefix(prefix: string): Set<Watcher> {
    const watchers = new Set<Watcher>();
    this.#watchersOfPrefix.set(prefix, watchers);
    const count = this.#prefixesOfLength.get(prefix.length) ?? 0;
    this.#prefixesOfLength.set(prefix.length, count + 1);
    return watchers;
  }

  #removePrefix(prefix: string): void {
    this.#watchersOfPrefix.delete(prefix);
    const count = this.#prefixesOfLength.get(prefix.length) ?? 0;
    if (count > 1) this.#prefixesOfLength.set(prefix.length, count - 1);
    else this.#prefixesOfLength.delete(prefix.length);
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
