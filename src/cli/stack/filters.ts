import { UsageError } from "../usage-error.ts";

/** `name=web`: a row fits when it fits one value of every name. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/** Splits `--filter` flags. Throws UsageError for names other than `known`. */
export function parseFilters(texts: readonly string[], known: readonly string[]): Filters {
  const filters = new Map<string, readonly string[]>();
  for (const text of texts) {
    const [name = "", ...rest] = text.split("=");
    if (rest.length === 0 || !known.includes(name)) {
      throw new UsageError(`--filter ${text}: filters are ${known.join(", ")}, as in name=web`);
    }
    filters.set(name, [...(filters.get(name) ?? []), rest.join("=")]);
  }
  return filters;
}

/** Whether `fits` one of the values of the filter; so does everything without such a filter. */
export function passes(filters: Filters, name: string, fits: (wanted: string) => boolean): boolean {
  const wanted = filters.get(name);
  return wanted === undefined || wanted.some(fits);
}
