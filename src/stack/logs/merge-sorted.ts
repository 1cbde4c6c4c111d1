/** Where an item came from, beside the item. */
export interface Merged<T> {
  readonly source: number;
  readonly item: T;
}

/**
 * The items of several sources, each sorted by itself, as one sorted sequence. Holds no more than one
 * item of each; items that compare equal come in the order of their sources.
 */
export async function* mergeSorted<T>(
  sources: readonly AsyncIterator<T>[],
  isBefore: (left: T, right: T) => boolean,
): AsyncGenerator<Merged<T>> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  while (true) {
    let first: Merged<T> | undefined;
    for (const [source, head] of heads.entries()) {
      if (head.done === true) continue;
      const isFirst = first === undefined || isBefore(head.value, first.item);
      if (isFirst) first = { source, item: head.value };
    }
    if (first === undefined) return;
    yield first;
    const next = await sources[first.source]?.next();
    if (next !== undefined) heads[first.source] = next;
  }
}
