/** Times and lengths of time as a person types and reads them. All values are milliseconds. */

const units: readonly (readonly [string, number])[] = [
  ["y", 365 * 86_400_000],
  ["w", 7 * 86_400_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];

/** `1h30m` in milliseconds; undefined when it is no duration. */
export function findDurationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^(?:\d+(?:ms|[ywdhms]))+$/.test(trimmed)) return undefined;
  let totalMs = 0;
  for (const [, count = "", unit = ""] of trimmed.matchAll(/(\d+)(ms|[ywdhms])/g)) {
    totalMs += Number(count) * (units.find(([name]) => name === unit)?.[1] ?? 0);
  }
  return totalMs > 0 ? totalMs : undefined;
}

/** The duration in the fewest units: `90m` is `1h30m`. */
export function formatDurationMs(durationMs: number): string {
  let restMs = Math.round(durationMs);
  let text = "";
  for (const [name, ms] of units) {
    // Weeks and years would hide how many days they are.
    if (name === "y" || name === "w") continue;
    const count = Math.floor(restMs / ms);
    if (count === 0) continue;
    text += `${count}${name}`;
    restMs -= count * ms;
  }
  return text === "" ? "0s" : text;
}

/** The lengths that the buttons beside a graph's range go through. */
const rangeSteps: readonly number[] = [
  "10s",
  "1m",
  "5m",
  "15m",
  "30m",
  "1h",
  "2h",
  "6h",
  "12h",
  "1d",
  "2d",
  "1w",
  "2w",
  "4w",
  "8w",
  "1y",
  "2y",
].map((text) => findDurationMs(text) ?? 0);

/** The next longer range, or the longest. */
export function longerRangeMs(rangeMs: number): number {
  return rangeSteps.find((step) => step > rangeMs) ?? rangeMs;
}

/** The next shorter range, or the shortest. */
export function shorterRangeMs(rangeMs: number): number {
  return rangeSteps.findLast((step) => step < rangeMs) ?? rangeMs;
}

/** How a graph chooses its step. */
export type Resolution =
  | { readonly kind: "auto"; readonly density: Density }
  | { readonly kind: "fixed"; readonly stepMs: number };

export type Density = "low" | "medium" | "high";

const pointsOf: Readonly<Record<Density, number>> = { low: 100, medium: 250, high: 750 };

/** The step of a graph over a range, at least a second long. */
export function stepMsOf(resolution: Resolution, rangeMs: number): number {
  if (resolution.kind === "fixed") return resolution.stepMs;
  const pointMs = rangeMs / pointsOf[resolution.density];
  return Math.max(1_000, Math.floor(pointMs / 1_000) * 1_000);
}

/** A time as the input fields take it, in UTC or local time: `2026-11-22 13:05:00`. */
export function formatTime(timeMs: number, zone: "utc" | "local"): string {
  const offsetMs = zone === "utc" ? 0 : new Date(timeMs).getTimezoneOffset() * 60_000;
  return new Date(timeMs - offsetMs).toISOString().slice(0, 19).replace("T", " ");
}

/** The time that such a text means; undefined when it is none. */
export function findTimeMs(text: string, zone: "utc" | "local"): number | undefined {
  const found = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?)?$/.exec(text.trim());
  if (found === null) return undefined;
  const [, day = "", minute = "00:00", second = ":00"] = found;
  const timeMs = Date.parse(`${day}T${minute}${second}${zone === "utc" ? "Z" : ""}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
