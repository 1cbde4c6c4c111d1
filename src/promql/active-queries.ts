import type { Clock } from "#base";
import { queryCanceled, queryTimedOut } from "./query-error.ts";

/** A query that is being evaluated or waits for its turn. */
export interface ActiveQuery {
  readonly id: number;
  readonly query: string;
  readonly startedAtMs: number;
  readonly state: "queued" | "running";
}

/** A place among the running queries. Disposing it lets the next one run. */
export interface Turn extends Disposable {
  /** Aborts with the caller's signal, by `end`, or when the query is canceled by its id. */
  readonly signal: AbortSignal;
  end(): void;
}

interface Entry {
  readonly id: number;
  readonly query: string;
  readonly startedAtMs: number;
  readonly controller: AbortController;
  /** Ends listening to the caller's signal. */
  readonly unfollow: () => void;
  /** Of a query that waits. */
  start: (() => void) | undefined;
}

/** Lets a limited number of queries run at a time; others wait in the order in which they came. */
export class ActiveQueries {
  readonly #clock: Clock;
  readonly #runningMax: number;
  /** In the order in which they came. */
  readonly #entries = new Map<number, Entry>();
  #running = 0;
  #lastId = 0;

  constructor(clock: Clock, runningMax: number) {
    this.#clock = clock;
    this.#runningMax = runningMax;
  }

  list(): readonly ActiveQuery[] {
    return [...this.#entries.values()].map(({ id, query, startedAtMs, start }) => ({
      id,
      query,
      startedAtMs,
      state: start === undefined ? "running" : "queued",
    }));
  }

  /** Ends a query. False when there is none of that id. */
  cancel(id: number): boolean {
    const entry = this.#entries.get(id);
    entry?.controller.abort();
    return entry !== undefined;
  }

  /** Waits for a turn; throws when the query is canceled, or `timeoutMs` is over, before it comes. */
  async enter(query: string, timeoutMs: number, signal: AbortSignal): Promise<Turn> {
    this.#lastId++;
    const controller = new AbortController();
    // By hand: what `AbortSignal.any` does in order to be collected costs as much as a short query.
    const end = (): void => controller.abort();
    const entry: Entry = {
      id: this.#lastId,
      query,
      startedAtMs: this.#clock.nowMs(),
      controller,
      unfollow: () => signal.removeEventListener("abort", end),
      start: undefined,
    };
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    this.#entries.set(entry.id, entry);
    if (this.#running < this.#runningMax) this.#running++;
    else await this.#wait(entry, timeoutMs, controller.signal);
    return { signal: controller.signal, end, [Symbol.dispose]: () => this.#leave(entry) };
  }

  /** The place of the one that leaves goes to the first that waits. */
  #leave(entry: Entry): void {
    this.#forget(entry);
    for (const waiting of this.#entries.values()) {
      if (waiting.start === undefined) continue;
      waiting.start();
      return;
    }
    this.#running--;
  }

  #forget(entry: Entry): void {
    entry.unfollow();
    this.#entries.delete(entry.id);
  }

  #wait(entry: Entry, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (settled: () => void): void => {
        timer[Symbol.dispose]();
        signal.removeEventListener("abort", onAbort);
        entry.start = undefined;
        settled();
      };
      const giveUp = (error: Error): void =>
        settle(() => {
          this.#forget(entry);
          reject(error);
        });
      const onAbort = (): void => giveUp(queryCanceled("query queue"));
      const timer = this.#clock.schedule(timeoutMs, () => giveUp(queryTimedOut("query queue")));
      entry.start = () => settle(resolve);
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
  }
}
