/** Runs until aborted; what ends it early is an error. */
export type Task = (signal: AbortSignal) => Promise<void>;

/** Runs all tasks until aborted. When one of them fails, the others are ended and its error stands. */
export async function runTogether(tasks: readonly Task[], signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const ending = AbortSignal.any([signal, failed.signal]);
  const run = async (task: Task) => {
    try {
      await task(ending);
    } catch (error) {
      // Whoever fails first takes the others along; being ended is no failure.
      if (!ending.aborted) failed.abort(error);
    }
  };
  await Promise.all(tasks.map(run));
  if (failed.signal.aborted) throw failed.signal.reason;
}
