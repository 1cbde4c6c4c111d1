/** How far an axis goes, and where its labels stand. */

/** The next of 1, 2, 5, 10, … at or above a value. */
export function niceCeiling(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value) ?? 10;
  return step * power;
}

const unitSeconds = [
  60, 300, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/** Times from 0 to the end at which an axis has labels: whole units, at most `countMax` of them. */
export function timeTicks(spanMs: number, countMax: number): readonly number[] {
  const wanted = spanMs / 1000 / Math.max(1, countMax - 1);
  const step = (unitSeconds.find((one) => one >= wanted) ?? 604_800) * 1000;
  const ticks: number[] = [];
  for (let atMs = 0; atMs <= spanMs; atMs += step) ticks.push(atMs);
  return ticks;
}

/** `45m`, `6h`, `2h30`, `3d`. */
export function formatSpan(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes === 0) return "0";
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (rest > 0) return `${hours}h${String(rest).padStart(2, "0")}`;
  return hours % 24 === 0 && hours > 24 ? `${hours / 24}d` : `${hours}h`;
}

/** The steps of each of `count` equal parts of a run, at least one in each. */
export function bucketsOf<T>(values: readonly T[], count: number): readonly (readonly T[])[] {
  return Array.from({ length: count }, (_, index) => {
    const first = Math.floor((index * values.length) / count);
    const end = Math.max(first + 1, Math.floor(((index + 1) * values.length) / count));
    return values.slice(first, end);
  });
}
