import type { Clock } from "#base";

/** How long something may take, and what else may end it. */
export interface Deadline {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Does `act` with a signal that aborts when the time is up. */
export async function within<T>(
  { clock, timeoutMs, signal }: Deadline,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  using _timer = clock.schedule(timeoutMs, () =>
    late.abort(new Error("context deadline exceeded")),
  );
  return await act(AbortSignal.any([signal, late.signal]));
}
