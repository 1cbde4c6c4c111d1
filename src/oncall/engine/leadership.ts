/** Which of several replicas sends. The others take alerts and acknowledgements in, and wait. */
export interface Leadership {
  /**
   * Resolves when this replica leads, with a signal that aborts when it no longer does. Rejects with
   * the reason of `signal` when that aborts first.
   */
  lead(signal: AbortSignal): Promise<AbortSignal>;
}

/** There is no other replica. */
export const leadsAlone: Leadership = {
  lead: (signal) => {
    signal.throwIfAborted();
    return Promise.resolve(signal);
  },
};
