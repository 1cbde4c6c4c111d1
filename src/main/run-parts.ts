/** A long-running part of a process: goes on until the signal aborts. */
export interface RunningPart {
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Runs parts beside each other until the signal aborts. A part that fails, or ends by itself, ends
 * all of them: a process without one of its parts only looks alive.
 *
 * Each part gets a signal of its own: adding a listener takes as long as a signal has listeners, and
 * a thousand nodes in one process would have thousands on the same one.
 */
export async function runParts(parts: readonly RunningPart[], signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const endings = parts.map(() => new AbortController());
  const endAll = () => {
    for (const ending of endings) ending.abort(either.reason);
  };
  if (either.aborted) endAll();
  else either.addEventListener("abort", endAll, { once: true });
  const runs = parts.map(async (part, index) => {
    try {
      await part.run(endings[index]?.signal ?? either);
      if (!either.aborted) failed.abort(new Error(`${part.name} ended`));
    } catch (error) {
      // After the abort every part may reject with its reason; the first failure is the one that counts.
      if (!either.aborted) failed.abort(new Error(`running ${part.name}`, { cause: error }));
    }
  });
  await Promise.all(runs);
  if (failed.signal.aborted) throw failed.signal.reason;
}
