/** Where a page is in the picture of wakes: its day from left to right, its hour from top to bottom. */

export interface WakePoint {
  /** From 0, the first day, to 1, the end of the last. */
  readonly x: number;
  /** From 0, midnight, to 1, the next. */
  readonly y: number;
}

const dayMs = 86_400_000;

/** `wallTime` is what the person's own clock showed: `2026-01-05T03:12`. */
export function wakePoint(
  wallTime: string,
  range: { readonly from: string; readonly until: string },
): WakePoint {
  const wallMs = Date.parse(`${wallTime}Z`);
  const midnightMs = Math.floor(wallMs / dayMs) * dayMs;
  const firstMs = Math.floor(Date.parse(range.from) / dayMs) * dayMs;
  const lastMs = Math.ceil(Date.parse(range.until) / dayMs) * dayMs;
  // In the middle of its day, so that pages of one day are above each other.
  const x = (midnightMs + dayMs / 2 - firstMs) / (lastMs - firstMs);
  return { x: Math.min(1, Math.max(0, x)), y: (wallMs - midnightMs) / dayMs };
}
