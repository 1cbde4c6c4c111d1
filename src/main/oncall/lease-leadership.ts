import { orAborted } from "#base";
import type { LeaderElector } from "#client";
import type { Leadership } from "#oncall";

/**
 * Who holds a Lease leads. The lease is no fence: a leader that is frozen may wake when another one
 * leads already. What keeps the two apart is the log, behind which only one of them can append.
 */
export class LeaseLeadership implements Leadership {
  readonly #elector: LeaderElector;
  /** Of this replica; pending while others lead, or nobody does. */
  #term = Promise.withResolvers<AbortSignal>();

  constructor(elector: LeaderElector) {
    this.#elector = elector;
  }

  lead(signal: AbortSignal): Promise<AbortSignal> {
    return orAborted(this.#term.promise, signal);
  }

  /** Stands for election until the signal aborts, and then gives the lease back. */
  run(signal: AbortSignal): Promise<void> {
    return this.#elector.run(signal, (term) => this.#serve(term));
  }

  async #serve(term: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<void>();
    const end = () => {
      this.#term = Promise.withResolvers();
      over.resolve();
    };
    if (term.aborted) return;
    term.addEventListener("abort", end, { once: true });
    this.#term.resolve(term);
    await over.promise;
  }
}
