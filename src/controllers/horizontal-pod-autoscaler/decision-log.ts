import { compareText } from "#base";
import { formatKey } from "#client";
import type { ObjectKey } from "#api";
import type { DecisionRecord } from "./decision.ts";

/** An hour of looks every 15 s. */
const recordsPerAutoscalerMax = 240;
const autoscalersMax = 1_000;

/** The latest decisions of every autoscaler, in memory: for pages, and for whoever asks why. */
export class DecisionLog {
  readonly #records = new Map<string, DecisionRecord[]>();

  add(record: DecisionRecord): void {
    const key = formatKey(record.autoscaler);
    const records = this.#records.get(key) ?? [];
    // The autoscaler that decided last is forgotten last.
    this.#records.delete(key);
    this.#records.set(key, records);
    records.push(record);
    if (records.length > recordsPerAutoscalerMax) records.shift();
    const [oldest] = this.#records.keys();
    if (this.#records.size > autoscalersMax && oldest !== undefined) this.#records.delete(oldest);
  }

  /** Oldest first; none for an autoscaler that has decided nothing yet. */
  of(autoscaler: ObjectKey): readonly DecisionRecord[] {
    return this.#records.get(formatKey(autoscaler)) ?? [];
  }

  /** Of all autoscalers of a namespace, or of all when it is empty; by autoscaler, oldest first. */
  in(namespace: string): readonly DecisionRecord[] {
    const keys = [...this.#records.keys()].sort(compareText);
    return keys
      .filter((key) => namespace === "" || key.startsWith(`${namespace}/`))
      .flatMap((key) => this.#records.get(key) ?? []);
  }

  forget(autoscaler: ObjectKey): void {
    this.#records.delete(formatKey(autoscaler));
  }
}
