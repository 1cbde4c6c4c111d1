/**
 * What was told to whom: for each group and integration the alerts of the last notification that got
 * through. It is what keeps a group from being told twice, by this instance or by its peers.
 */

/** Who was told: `receiver/integration/index` of a group. */
export interface LogKey {
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
}

export interface LogEntry extends LogKey {
  readonly timestampMs: number;
  /** Hashes of what fired, and of what was told to be over. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** Not needed any more from then on. */
  readonly expiresAtMs: number;
}

export class NotificationLog {
  readonly #entries = new Map<string, LogEntry>();
  readonly #onChange: (entry: LogEntry) => void;

  /** `onChange` hears of entries made here, to save them and to tell peers. */
  constructor(onChange: (entry: LogEntry) => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#entries.size;
  }

  list(): IterableIterator<LogEntry> {
    return this.#entries.values();
  }

  find(key: LogKey): LogEntry | undefined {
    return this.#entries.get(textOf(key));
  }

  /** Notes a notification, unless something later is noted already. */
  add(entry: LogEntry): void {
    if (this.merge(entry)) this.#onChange(entry);
  }

  /** Takes in what a peer noted, or a former life: the later one counts. False when nothing changed. */
  merge(entry: LogEntry): boolean {
    const key = textOf(entry);
    const known = this.#entries.get(key);
    if (known !== undefined && known.timestampMs >= entry.timestampMs) return false;
    this.#entries.set(key, entry);
    return true;
  }

  /** Forgets what has expired, and tells how much that was. */
  collect(nowMs: number): number {
    const before = this.#entries.size;
    for (const [key, entry] of this.#entries) {
      if (entry.expiresAtMs <= nowMs) this.#entries.delete(key);
    }
    return before - this.#entries.size;
  }
}

function textOf({ groupKey, receiver, integration, index }: LogKey): string {
  return `${groupKey}:${receiver}/${integration}/${index}`;
}
