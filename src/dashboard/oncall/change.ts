/** What somebody is about to change of a schedule. */
import type { Span } from "./calendar-layout.ts";

export interface Change extends Span {
  readonly kind: "override" | "swap";
  /** Who takes over, or one of those who swap; empty until it is chosen. */
  readonly user: string;
  /** The other one of those who swap; empty until it is chosen. */
  readonly other: string;
}

/** In the place of a user: the time is left to nobody. */
export const nobody = "-";

const hourMs = 3_600_000;

/** From the next full hour on, for as long as a day's work. */
export function comingHours(nowMs: number): Span {
  const fromMs = Math.ceil(nowMs / hourMs) * hourMs;
  return { fromMs, untilMs: fromMs + 8 * hourMs };
}

/** What is to be sent for it; undefined while something of it is not chosen yet. */
export function requestOf(change: Change): Readonly<Record<string, string>> | undefined {
  const { kind, user, other, fromMs, untilMs } = change;
  if (user === "" || untilMs <= fromMs) return undefined;
  const span = { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() };
  if (kind === "swap") return other === "" ? undefined : { user, with: other, ...span };
  return user === nobody ? span : { user, ...span };
}
