/** Times as a person thinks of them. */

/** How long ago an RFC 3339 time was: `12.3s ago`, `never`. */
export function agoText(time: string, nowMs: number): string {
  const timeMs = Date.parse(time);
  if (Number.isNaN(timeMs) || timeMs <= 0) return "never";
  return `${durationText((nowMs - timeMs) / 1_000)} ago`;
}

/** The same of what people did or saw, to whom seconds are now: `just now`, `5m 3s ago`. */
export function sinceText(time: string, nowMs: number): string {
  return nowMs - Date.parse(time) < 60_000 ? "just now" : agoText(time, nowMs);
}

/** Seconds in one or two units: `3.2ms`, `12.3s`, `5m 3s`, `2h 7m`, `3d 4h`. */
export function durationText(seconds: number): string {
  if (seconds < 1) return `${(Math.max(0, seconds) * 1_000).toFixed(1)}ms`;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)}h ${Math.floor((whole % 3_600) / 60)}m`;
  return `${Math.floor(whole / 86_400)}d ${Math.floor((whole % 86_400) / 3_600)}h`;
}
