const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayHours = 24;
const yearDays = 365;

/**
 * A duration with two or three significant figures, as kubectl shows ages: `90s`, `5m12s`, `3h`,
 * `2d5h`, `400d`, `3y20d`. Up to two seconds of the future count as now, more as `<invalid>`.
 */
export function formatHumanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / secondMs);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(durationMs / minuteMs);
  if (minutes < 10) return twoUnits(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(durationMs / hourMs);
  if (hours < 8) return twoUnits(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / dayHours);
  if (days < 8) return twoUnits(days, "d", hours % dayHours, "h");
  if (days < 2 * yearDays) return `${days}d`;
  const years = Math.trunc(days / yearDays);
  return years < 8 ? twoUnits(years, "y", days % yearDays, "d") : `${years}y`;
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
