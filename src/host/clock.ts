import type { Clock } from "#base";

/** Timers of Node hold at most this delay; longer ones are waited for in parts. */
const timerDelayMsMax = 2 ** 31 - 1;

/** The machine's own clock. */
export const realClock: Clock = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  schedule(delayMs, callback) {
    // A timer of Node would take a millisecond for it.
    if (delayMs <= 0) return soon(callback);
    let timer: NodeJS.Timeout;
    const wait = (restMs: number) => {
      const partMs = Math.min(restMs, timerDelayMsMax);
      timer = setTimeout(() => (restMs > partMs ? wait(restMs - partMs) : callback()), partMs);
    };
    wait(delayMs);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

function soon(callback: () => void): Disposable {
  const immediate = setImmediate(callback);
  return { [Symbol.dispose]: () => clearImmediate(immediate) };
}

/**
 * Resolves once every promise job that is ready has run, and those that they make ready, however many:
 * no macrotask is run before.
 */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
