import type { Headers } from "#base";

/** The first value of a header, by its lower-case name. Names like `__proto__` find nothing. */
export function findHeader(headers: Headers, name: string): string | undefined {
  if (!Object.hasOwn(headers, name)) return undefined;
  const value = headers[name];
  return typeof value === "object" ? value[0] : value;
}

/** Every value of a header that may be repeated, in order. Values with commas are not taken apart. */
export function listHeader(headers: Headers, name: string): readonly string[] {
  if (!Object.hasOwn(headers, name)) return [];
  const value = headers[name];
  if (value === undefined) return [];
  return typeof value === "object" ? value : [value];
}

/** The elements of a header that is a comma-separated list: `Connection: keep-alive, Upgrade`. */
export function listHeaderElements(headers: Headers, name: string): readonly string[] {
  return listHeader(headers, name)
    .flatMap((value) => value.split(","))
    .map((element) => element.trim())
    .filter((element) => element !== "");
}
