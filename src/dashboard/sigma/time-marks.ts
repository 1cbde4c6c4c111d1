/** Moments as marks on an axis of time. Places are parts of the axis' width, in percent. */
import { formatTime } from "../query/time-range.ts";

export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

export interface PlacedMark {
  readonly left: number;
  readonly width: number;
}

const dayMs = 86_400_000;
/** More days than that are counted in weeks. */
const daysShownMax = 10;

/** Where a span of time lies on the axis; what is outside of the axis is cut off. */
export function placeOf(span: TimeSpan, axis: TimeSpan): PlacedMark {
  const share = (timeMs: number) => {
    const part = (timeMs - axis.startMs) / (axis.endMs - axis.startMs);
    return 100 * Math.min(1, Math.max(0, part));
  };
  const left = share(span.startMs);
  return { left, width: share(span.endMs) - left };
}

/** The beginnings of days, or of every seventh where there are many, with their dates. */
export function dayTicks(
  axis: TimeSpan,
  zone: "utc" | "local",
): readonly { readonly left: number; readonly text: string }[] {
  const days = (axis.endMs - axis.startMs) / dayMs;
  const strideMs = (days > daysShownMax ? 7 : 1) * dayMs;
  const ticks: { left: number; text: string }[] = [];
  for (let timeMs = firstMidnight(axis.startMs, zone); timeMs <= axis.endMs; timeMs += strideMs) {
    const { left } = placeOf({ startMs: timeMs, endMs: timeMs }, axis);
    ticks.push({ left, text: formatTime(timeMs, zone).slice(5, 10) });
  }
  return ticks;
}

function firstMidnight(fromMs: number, zone: "utc" | "local"): number {
  if (zone === "utc") return Math.ceil(fromMs / dayMs) * dayMs;
  const day = new Date(fromMs);
  return day.setHours(0, 0, 0, 0) >= fromMs ? day.getTime() : day.setDate(day.getDate() + 1);
}

/** The most moments that any stretch of this length holds: pages of a shift, whenever it begins. */
export function busiest(
  moments: readonly { readonly startMs: number }[],
  lengthMs: number,
): number {
  const starts = moments.map(({ startMs }) => startMs).sort((left, right) => left - right);
  let most = 0;
  let first = 0;
  for (const [index, startMs] of starts.entries()) {
    while (startMs - (starts[first] ?? 0) >= lengthMs) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
