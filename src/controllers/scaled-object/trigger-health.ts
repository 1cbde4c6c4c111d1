import type { ObjectKey } from "#api";
import { formatKey } from "#client";
import type { Failures } from "./fallback.ts";

/** How often in a row each trigger could not be read, whoever asked. Kept in memory. */
export class TriggerHealth {
  readonly #failures = new Map<string, Map<string, number>>();
  readonly #listeners = new Set<(key: ObjectKey) => void>();

  /** Of all metrics of an object that were read so far. */
  failuresOf(key: ObjectKey): Failures {
    return this.#failures.get(formatKey(key)) ?? new Map();
  }

  note(key: ObjectKey, metric: string, outcome: "read" | "failed"): void {
    const id = formatKey(key);
    const failures = this.#failures.get(id) ?? new Map<string, number>();
    this.#failures.set(id, failures);
    const before = failures.get(metric);
    const after = outcome === "read" ? 0 : (before ?? 0) + 1;
    failures.set(metric, after);
    if (before !== after) for (const listener of this.#listeners) listener(key);
  }

  forget(key: ObjectKey): void {
    this.#failures.delete(formatKey(key));
  }

  /** Calls `listener` when the number of a metric has changed; disposing ends it. */
  onChange(listener: (key: ObjectKey) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
