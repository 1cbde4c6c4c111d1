/** Requests under way at the same time once the first ones went well. */
const batchMax = 64;

/**
 * Does something `count` times: once, then twice at a time, then four times, and so on. A refusal,
 * which usually meets all alike, is so met only a few times. Rejects with the first failure, after
 * the batch that it happened in. Source of the idea: upstream's `slowStartBatch`.
 */
export async function slowStart(
  count: number,
  act: (index: number) => Promise<void>,
): Promise<void> {
  let done = 0;
  let batch = 1;
  while (done < count) {
    const size = Math.min(batch, count - done);
    const first = done;
    const results = await Promise.allSettled(
      Array.from({ length: size }, (_, offset) => act(first + offset)),
    );
    for (const result of results) if (result.status === "rejected") throw result.reason;
    done += size;
    batch = Math.min(batch * 2, batchMax);
  }
}
