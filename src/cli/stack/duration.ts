import { UsageError } from "../usage-error.ts";

const unitsMs = { "": 1_000, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `90s`, `5m`, `1h`, or seconds alone. */
export function parseTimeout(flag: string, text: string): number {
  const [, number, unit = ""] = /^(\d{1,9})([smh]?)$/.exec(text) ?? [];
  if (number !== undefined && (unit === "" || unit === "s" || unit === "m" || unit === "h")) {
    return Number(number) * unitsMs[unit];
  }
  throw new UsageError(`--${flag} must be a duration such as 90s or 5m, not "${text}"`);
}
