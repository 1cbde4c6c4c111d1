/** Units of the UCUM notation, which OpenTelemetry uses, as names of metrics spell them. */

const units: ReadonlyMap<string, string> = new Map([
  ["d", "days"],
  ["h", "hours"],
  ["min", "minutes"],
  ["s", "seconds"],
  ["ms", "milliseconds"],
  ["us", "microseconds"],
  ["ns", "nanoseconds"],
  ["By", "bytes"],
  ["KiBy", "kibibytes"],
  ["MiBy", "mebibytes"],
  ["GiBy", "gibibytes"],
  ["TiBy", "tibibytes"],
  ["KBy", "kilobytes"],
  ["MBy", "megabytes"],
  ["GBy", "gigabytes"],
  ["TBy", "terabytes"],
  ["m", "meters"],
  ["V", "volts"],
  ["A", "amperes"],
  ["J", "joules"],
  ["W", "watts"],
  ["g", "grams"],
  ["Cel", "celsius"],
  ["Hz", "hertz"],
  ["1", ""],
  ["%", "percent"],
]);

/** What stands behind a slash, in the singular. */
const perUnits: ReadonlyMap<string, string> = new Map([
  ["s", "second"],
  ["m", "minute"],
  ["h", "hour"],
  ["d", "day"],
  ["w", "week"],
  ["mo", "month"],
  ["y", "year"],
]);

/** What a unit adds to a name: `bytes`, and `per_second`; each may be empty. */
export interface UnitSuffixes {
  readonly main: string;
  readonly per: string;
}

/** The suffixes before anything is escaped. Annotations in braces are no units. */
export function unitSuffixes(unit: string): UnitSuffixes {
  const slash = unit.indexOf("/");
  const main = nameOf(slash < 0 ? unit : unit.slice(0, slash), units);
  const per = slash < 0 ? "" : nameOf(unit.slice(slash + 1), perUnits);
  return { main, per: per === "" ? "" : `per_${per}` };
}

/** As `unitSuffixes`, in characters that old names may have. */
export function escapedUnitSuffixes(unit: string): UnitSuffixes {
  const { main, per } = unitSuffixes(unit);
  return { main: escaped(main), per: escaped(per) };
}

/** The unit as metadata names it: `bytes_per_second`. */
export function unitName(unit: string, escaping: "escaped" | "as it is"): string {
  const { main, per } = escaping === "escaped" ? escapedUnitSuffixes(unit) : unitSuffixes(unit);
  const name = main !== "" && per !== "" ? `${main}_${per}` : main + per;
  return name.replace(/^_/, "").replace(/_$/, "");
}

function nameOf(part: string, names: ReadonlyMap<string, string>): string {
  const word = part.trim();
  return /[{}]/.test(word) ? "" : (names.get(word) ?? word);
}

function escaped(suffix: string): string {
  const legal = suffix.replace(/[^a-zA-Z0-9:]/gu, "_");
  return legal.replace(/_+/g, "_").replace(/^_/, "");
}
