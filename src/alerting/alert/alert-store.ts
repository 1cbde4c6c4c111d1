import { type Alert, isResolved, updateAlert } from "./alert.ts";

/** Told of every alert that is taken in, as it is after merging. */
export type AlertListener = (alert: Alert) => void;

/**
 * All alerts that were reported and not yet forgotten, by their labels. Those that are resolved stay
 * until the next collection, so that whoever has to tell of their end has seen them.
 */
export class AlertStore {
  readonly #alerts = new Map<string, Alert>();
  readonly #listeners = new Set<AlertListener>();

  get size(): number {
    return this.#alerts.size;
  }

  find(fingerprint: string): Alert | undefined {
    return this.#alerts.get(fingerprint);
  }

  list(): IterableIterator<Alert> {
    return this.#alerts.values();
  }

  /** Takes in a report; `nowMs` decides what has ended. */
  put(report: Alert, nowMs: number): void {
    const known = this.#alerts.get(report.fingerprint);
    const alert = known === undefined ? report : updateAlert(known, report, nowMs);
    this.#alerts.set(alert.fingerprint, alert);
    for (const listener of this.#listeners) listener(alert);
  }

  /** Forgets what is resolved, and gives what that was. */
  collect(nowMs: number): readonly Alert[] {
    const gone = [...this.#alerts.values()].filter((alert) => isResolved(alert, nowMs));
    for (const { fingerprint } of gone) this.#alerts.delete(fingerprint);
    return gone;
  }

  /** Tells the listener of all alerts that are there, and of every report from now on. */
  subscribe(listener: AlertListener): Disposable {
    for (const alert of this.#alerts.values()) listener(alert);
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }
}
