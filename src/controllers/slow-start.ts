/** Requests under way at the same time once the first ones went well. */
const batchMax = 64;

/**
 * Acts on each item: on the first, then on two at a time, then on four, and so on. A refusal, which
 * usually meets all alike, is so met only a few times. Rejects with the first failure, after
 * the batch that it happened in. Source of the idea: upstream's `slowStartBatch`.
 */
export async function slowStart<T>(
  items: readonly T[],
  act: (item: T) => Promise<void>,
): Promise<void> {
  let size = 1;
  for (let done = 0; done < items.length; ) {
    const batch = items.slice(done, done + size);
    const results = await Promise.allSettled(batch.map(act));
    for (const result of results) if (result.status === "rejected") throw result.reason;
    done += batch.length;
    size = Math.min(size * 2, batchMax);
  }
}
