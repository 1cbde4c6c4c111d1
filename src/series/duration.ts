/**
 * Durations as Prometheus writes them in configuration, rules and queries: `1h30m`, `5m`, `1d12h`.
 *
 * Units go from the largest to the smallest, each at most once; a day has 24 hours, a week 7 days and
 * a year 365 days. In milliseconds throughout, which is the finest unit there is.
 */
const units: readonly (readonly [name: string, ms: number])[] = [
  ["y", 365 * 24 * 3_600_000],
  ["w", 7 * 24 * 3_600_000],
  ["d", 24 * 3_600_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];

/** What a signed 64-bit count of nanoseconds holds, about 292 years. */
const durationMsMax = 9_223_372_036_854;

/** Why a text is no duration, in upstream's words. */
export class DurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DurationError";
  }
}

/** The duration in milliseconds; `0` needs no unit. Throws a `DurationError`. */
export function parseDuration(text: string): number {
  if (text === "0") return 0;
  if (text === "") throw new DurationError("empty duration string");
  let totalMs = 0;
  let nextUnit = 0;
  for (const { count, unit } of partsOf(text)) {
    const index = units.findIndex(([name]) => name === unit);
    const found = units[index];
    if (found === undefined) {
      throw new DurationError(`unknown unit "${unit}" in duration ${JSON.stringify(text)}`);
    }
    if (index < nextUnit) throw invalid(text);
    nextUnit = index + 1;
    totalMs += count * found[1];
    if (totalMs > durationMsMax) throw new DurationError("duration out of range");
  }
  return totalMs;
}

/** Like `parseDuration`, and a leading minus makes it negative. */
export function parseSignedDuration(text: string): number {
  return text.startsWith("-") ? -parseDuration(text.slice(1)) : parseDuration(text);
}

/**
 * The shortest text that `parseSignedDuration` reads as the same duration, `0s` for none. Years and
 * weeks are used only when nothing remains: 90 days are easier to read than 12 weeks and 6 days.
 */
export function formatDuration(durationMs: number): string {
  const wholeMs = Math.trunc(durationMs);
  if (wholeMs === 0) return "0s";
  let remainingMs = Math.abs(wholeMs);
  let text = wholeMs < 0 ? "-" : "";
  for (const [name, ms] of units) {
    if ((name === "y" || name === "w") && remainingMs % ms !== 0) continue;
    const count = Math.floor(remainingMs / ms);
    if (count === 0) continue;
    text += `${count}${name}`;
    remainingMs -= count * ms;
  }
  return text;
}

function* partsOf(text: string): Generator<{ readonly count: number; readonly unit: string }> {
  let rest = text;
  while (rest !== "") {
    const found = /^([0-9]+)([^0-9]+)/.exec(rest);
    if (found === null) throw invalid(text);
    yield { count: Number(found[1]), unit: found[2] ?? "" };
    rest = rest.slice(found[0].length);
  }
}

function invalid(text: string): DurationError {
  return new DurationError(`not a valid duration string: ${JSON.stringify(text)}`);
}
