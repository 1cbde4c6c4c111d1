/** Reads a time that is written as a layout of Go's says: `time.ParseInLocation` in UTC. */

/** In nanoseconds since the epoch, or undefined when the text is not so written. */
export function parseGoTime(layout: string, text: string): bigint | undefined {
  const names: string[] = [];
  const pattern = layout.replace(elementPattern, (element) => {
    const known = elements.get(element);
    if (known === undefined) return element.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    names.push(known.part);
    return `(${known.pattern})`;
  });
  // Groups are numbered by the elements of the layout, which has few; nothing in them repeats.
  const found = new RegExp(`^${pattern}$`).exec(text);
  if (found === null) return undefined;
  return momentOf(new Map(names.map((name, index) => [name, found[index + 1] ?? ""])));
}

const elementPattern =
  /January|Jan|Monday|Mon|MST|2006|06|01|02|_2|15|03|04|05|PM|pm|Z07:00|-07:00|-0700|[.,]0+|[12345]|[^]/g;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const elements: ReadonlyMap<string, { readonly part: string; readonly pattern: string }> = new Map(
  [
    ["2006", "year", "[0-9]{4}"],
    ["06", "shortYear", "[0-9]{2}"],
    ["January", "monthName", "[A-Za-z]{3,9}"],
    ["Jan", "monthName", "[A-Za-z]{3}"],
    ["01", "month", "[0-9]{2}"],
    ["1", "month", "[0-9]{1,2}"],
    ["02", "day", "[0-9]{2}"],
    ["_2", "day", " ?[0-9]{1,2}"],
    ["2", "day", "[0-9]{1,2}"],
    ["15", "hour", "[0-9]{2}"],
    ["03", "hour", "[0-9]{2}"],
    ["3", "hour", "[0-9]{1,2}"],
    ["04", "minute", "[0-9]{2}"],
    ["4", "minute", "[0-9]{1,2}"],
    ["05", "second", "[0-9]{2}(?:[.,][0-9]{1,9})?"],
    ["5", "second", "[0-9]{1,2}(?:[.,][0-9]{1,9})?"],
    ["PM", "half", "AM|PM"],
    ["pm", "half", "am|pm"],
    ["Monday", "weekday", "[A-Za-z]{6,9}"],
    ["Mon", "weekday", "[A-Za-z]{3}"],
    ["MST", "zone", "[A-Z]{3,5}"],
    ["Z07:00", "offset", "Z|[-+][0-9]{2}:[0-9]{2}"],
    ["-07:00", "offset", "[-+][0-9]{2}:[0-9]{2}"],
    ["-0700", "offset", "[-+][0-9]{4}"],
  ].map(([element = "", part = "", pattern = ""]) => [element, { part, pattern }]),
);

function momentOf(parts: ReadonlyMap<string, string>): bigint | undefined {
  const number = (name: string, fallback: number) => Number(parts.get(name) ?? fallback);
  const monthName = parts.get("monthName")?.slice(0, 3).toLowerCase();
  const month = monthName === undefined ? number("month", 1) - 1 : months.indexOf(monthName);
  const year = parts.has("shortYear") ? fullYear(number("shortYear", 0)) : number("year", 0);
  const [seconds = "0", fraction = ""] = (parts.get("second") ?? "0").split(/[.,]/);
  const day = number("day", 1);
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hourOf(parts), number("minute", 0), Number(seconds));
  // What overflows into the next month was no date.
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return undefined;
  const epochMs = date.getTime() - offsetMs(parts.get("offset") ?? "Z");
  return BigInt(epochMs) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

function hourOf(parts: ReadonlyMap<string, string>): number {
  const hour = Number(parts.get("hour") ?? 0);
  const half = parts.get("half")?.toLowerCase();
  if (half === undefined) return hour;
  return (hour % 12) + (half === "pm" ? 12 : 0);
}

function fullYear(short: number): number {
  return short >= 69 ? 1900 + short : 2000 + short;
}

function offsetMs(text: string): number {
  if (text === "Z") return 0;
  const [, sign, hours, minutes] = /^([-+])([0-9]{2}):?([0-9]{2})$/.exec(text) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
