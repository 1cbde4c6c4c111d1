/** Whether any of the texts holds what is searched for, in upper or lower case. */
export function holdsText(wanted: string, ...texts: readonly string[]): boolean {
  const lower = wanted.trim().toLowerCase();
  return lower === "" || texts.some((text) => text.toLowerCase().includes(lower));
}

/** The items by a key, keys in the order in which they come first. */
export function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(items, keyOf);
}
