/** Gives `object` those fields of `defaults` that it lacks; what it has stays. */
export function fill<T extends object>(object: T, defaults: Partial<T>): T {
  const missing = Object.entries(defaults).filter(
    ([name, value]) => value !== undefined && Reflect.get(object, name) === undefined,
  );
  return missing.length === 0 ? object : { ...object, ...Object.fromEntries(missing) };
}

/** Applies `change` to a value that is there. */
export function ifPresent<T>(value: T | undefined, change: (value: T) => T): T | undefined {
  return value === undefined ? undefined : change(value);
}

/** Applies `change` to the elements of a list that is there. */
export function each<T>(
  list: readonly T[] | undefined,
  change: (element: T) => T,
): readonly T[] | undefined {
  return list?.map(change);
}
