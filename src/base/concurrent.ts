/**
 * What `act` makes of each item, in the items' order, with at most `limit` of them under way. After the
 * first failure no further one is begun; it rejects with that failure when those under way have ended.
 */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  limit: number,
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const remaining = items.entries();
  const work = async () => {
    for (const [index, item] of remaining) {
      try {
        results[index] = await act(item);
      } catch (error) {
        // Told once all that is under way has ended.
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
