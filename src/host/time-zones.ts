import type { TimeZone, TimeZones } from "#base";

/** The time zones that ICU knows. */
export const realTimeZones: TimeZones = {
  find: (name) => {
    try {
      return zoneOf(name, formatterOf(name));
    } catch (error) {
      // Intl knows no such zone.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  },
  local: { offsetMsAt: (epochMs) => new Date(epochMs).getTimezoneOffset() * -60_000 },
};

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
}

/** The offset is what local time, read as if it were UTC, is ahead of UTC. */
function zoneOf(timeZone: string, formatter: Intl.DateTimeFormat): TimeZone {
  return {
    nameAt: (epochMs) => nameOf(timeZone, epochMs),
    offsetMsAt: (epochMs) => {
      const parts = new Map(
        formatter.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]),
      );
      const read = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
      const date = Date.UTC(read("year"), read("month") - 1, read("day"));
      const seconds = (read("hour") * 60 + read("minute")) * 60 + read("second");
      return date + seconds * 1000 - Math.floor(epochMs / 1000) * 1000;
    },
  };
}

/** Each of these languages has the abbreviations that its speakers use, and no others. */
const languages = ["en-US", "en-GB", "en-AU", "en-IN", "en-ZA", "en-NZ"];

function nameOf(timeZone: string, epochMs: number): string | undefined {
  for (const language of languages) {
    const formatter = new Intl.DateTimeFormat(language, { timeZone, timeZoneName: "short" });
    const part = formatter.formatToParts(epochMs).find(({ type }) => type === "timeZoneName");
    if (part !== undefined && /^[A-Z]+$/.test(part.value)) return part.value;
  }
  return undefined;
}
