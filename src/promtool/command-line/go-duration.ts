/** Durations in the notation of the language that upstream is written in: `1h30m`, `1.5h`, `300ms`. */
import { quoteGo } from "#base";

const unitsMs: ReadonlyMap<string, number> = new Map([
  ["ns", 1e-6],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["μs", 1e-3],
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** What such a duration holds at most: 63 bits of nanoseconds. */
const durationMsMax = 9_223_372_036_854.775;

export class GoDurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "GoDurationError";
  }
}

/** The duration in milliseconds. Throws a `GoDurationError` in the words of Go's `time` package. */
export function parseGoDuration(text: string): number {
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return 0;
  if (unsigned === "") throw invalid(text);
  let totalMs = 0;
  for (let rest = unsigned; rest !== ""; ) {
    const [whole = "", number = "", unit = ""] = /^((?:\d+\.?\d*|\.\d+))([^.\d]*)/.exec(rest) ?? [];
    if (number === "") throw invalid(text);
    if (unit === "") throw new GoDurationError(`time: missing unit in duration ${quoteGo(text)}`);
    const unitMs = unitsMs.get(unit);
    if (unitMs === undefined) {
      throw new GoDurationError(`time: unknown unit ${quoteGo(unit)} in duration ${quoteGo(text)}`);
    }
    totalMs += Number(number) * unitMs;
    if (totalMs > durationMsMax) throw invalid(text);
    rest = rest.slice(whole.length);
  }
  return text.startsWith("-") ? -totalMs : totalMs;
}

/** The inverse for whole milliseconds: `1h0m0s`, `1.5s`, `250ms`, `0s`. */
export function formatGoDuration(durationMs: number): string {
  const sign = durationMs < 0 ? "-" : "";
  const ms = Math.abs(Math.trunc(durationMs));
  if (ms === 0) return "0s";
  if (ms < 1_000) return `${sign}${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = `${(ms % 60_000) / 1_000}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function invalid(text: string): GoDurationError {
  return new GoDurationError(`time: invalid duration ${quoteGo(text)}`);
}
