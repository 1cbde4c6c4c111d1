/** Keeps something at what objects of the cluster say. */
import { type Clock, describeError, type Logger, sleep } from "#base";
import type { Informer } from "#client";

export interface ObjectFollowerDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** What is done, for the log when it fails: `heeding monitoring objects`. */
  readonly what: string;
  readonly informers: readonly Pick<Informer<unknown>, "synced" | "onChange">[];
}

/** Looks at all objects; tells after how long to look again although none changes, if at all. */
export type Sync = (signal: AbortSignal) => Promise<number | undefined>;

/** Changes that come together are worked off together. */
const gatherMs = 200;
/** After a failure, such as a server that does not answer just now. */
const retryMs = 10_000;

export class ObjectFollower {
  readonly #deps: ObjectFollowerDeps;
  #wake = Promise.withResolvers<void>();

  constructor(deps: ObjectFollowerDeps) {
    this.#deps = deps;
  }

  /** Has the objects looked at again, although none of them changed. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Follows until the signal aborts. */
  async run(sync: Sync, signal: AbortSignal): Promise<void> {
    const { clock, log, what, informers } = this.#deps;
    await Promise.all(informers.map((informer) => informer.synced(signal)));
    using handlers = new DisposableStack();
    for (const informer of informers) handlers.use(informer.onChange(() => this.wake()));
    while (!signal.aborted) {
      let againMs: number | undefined = retryMs;
      try {
        againMs = await sync(signal);
      } catch (error) {
        // The cluster may not answer just now; what is in force stays.
        if (signal.aborted) return;
        log.warn(what, { why: describeError(error) });
      }
      await this.#nextChange(againMs, signal);
      await sleep(clock, gatherMs, signal).catch(() => {});
    }
  }

  async #nextChange(afterMs: number | undefined, signal: AbortSignal): Promise<void> {
    const woken = () => this.wake();
    signal.addEventListener("abort", woken, { once: true });
    using _timer = afterMs === undefined ? undefined : this.#deps.clock.schedule(afterMs, woken);
    if (!signal.aborted) await this.#wake.promise;
    signal.removeEventListener("abort", woken);
    this.#wake = Promise.withResolvers();
  }
}
