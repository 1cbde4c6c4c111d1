/** How much of a silence is left. */
import { durationText } from "../pages/ago.ts";
import type { Silence } from "./wire.ts";

const soonMs = 15 * 60_000;

export interface TimeLeft {
  readonly text: string;
  /** The part of its whole length that is left, in percent. */
  readonly share: number;
  /** Whether it is time to think of extending it. */
  readonly endsSoon: boolean;
}

export function timeLeft(
  { startsAt, endsAt, status }: Pick<Silence, "startsAt" | "endsAt" | "status">,
  nowMs: number,
): TimeLeft {
  const [startMs, endMs] = [Date.parse(startsAt), Date.parse(endsAt)];
  const leftMs = endMs - nowMs;
  switch (status.state) {
    case "active":
      return {
        text: `ends in ${durationText(leftMs / 1_000)}`,
        share: 100 * Math.min(1, Math.max(0, leftMs / (endMs - startMs))),
        endsSoon: leftMs < soonMs,
      };
    case "pending":
      return {
        text: `begins in ${durationText((startMs - nowMs) / 1_000)}, for ${durationText((endMs - startMs) / 1_000)}`,
        share: 100,
        endsSoon: false,
      };
    default:
      return { text: `ended ${durationText(-leftMs / 1_000)} ago`, share: 0, endsSoon: false };
  }
}
