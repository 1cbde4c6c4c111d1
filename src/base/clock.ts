/** The only source of time. `host` has the real one, `sim` a virtual one. */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. May jump. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start; never goes back. Fractional. */
  elapsedMs(): number;
  /** Calls `callback` once after `delayMs`. Disposing the returned timer cancels it. */
  schedule(delayMs: number, callback: () => void): Disposable;
}

/** Resolves after `delayMs`, or rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      timer[Symbol.dispose]();
      reject(signal.reason);
    };
    const timer = clock.schedule(delayMs, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
