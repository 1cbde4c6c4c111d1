/**
 * What is asked of a workload over time, cut into slots of five seconds: as often as usage is told. A slot
 * holds the mean of its five seconds.
 */

import type { Random } from "#base";

/** One moment of a described load: a value for each column. */
export interface LoadPoint {
  /** From the start of the load. */
  readonly atMs: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface LoadShape {
  /** In the order of time; the first stands for all time before it, the last for all time after it. */
  readonly points: readonly LoadPoint[];
  /** `linear`: a straight line from point to point. `steps`: each point holds until the next. */
  readonly interpolation: "linear" | "steps";
  /** By which share a slot may be above or below what is described, evenly distributed; 0 for none. */
  readonly noise: number;
}

export interface LoadTrack {
  readonly spanMs: number;
  /** The columns by name, a value for each slot. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

export const slotMs = 5_000;
/** A month: half a million slots. */
export const spanMsMax = 31 * 24 * 3_600_000;

/** Equal shapes and equal chance give equal tracks. All columns share the noise of a slot. */
export function loadTrack(shape: LoadShape, random: Random): LoadTrack {
  const { points, noise } = shape;
  const spanMs = points.at(-1)?.atMs ?? 0;
  const slotCount = Math.max(1, Math.ceil(spanMs / slotMs));
  const factors = Float64Array.from({ length: slotCount }, () =>
    noise === 0 ? 1 : 1 + noise * (2 * random.fraction() - 1),
  );
  const names = new Set(points.flatMap(({ values }) => Object.keys(values)));
  const columns = new Map<string, Float64Array>();
  for (const name of names) columns.set(name, columnOf(shape, name, factors));
  return { spanMs, columns };
}

/** Points without a value for the column leave it to their neighbours. */
function columnOf(
  { points, interpolation }: LoadShape,
  name: string,
  factors: Float64Array,
): Float64Array {
  const known = points.flatMap(({ atMs, values }) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? [] : [{ atMs, value }];
  });
  const slots = new Float64Array(factors.length);
  let next = 0;
  for (let slot = 0; slot < slots.length; slot++) {
    const middleMs = (slot + 0.5) * slotMs;
    while (next < known.length && (known[next]?.atMs ?? 0) <= middleMs) next++;
    const before = known[next - 1] ?? known[next];
    const after = known[next] ?? before;
    if (before === undefined || after === undefined) continue;
    const gapMs = after.atMs - before.atMs;
    const share = interpolation === "steps" || gapMs === 0 ? 0 : (middleMs - before.atMs) / gapMs;
    slots[slot] = (before.value + share * (after.value - before.value)) * (factors[slot] ?? 1);
  }
  return slots;
}

/** The value of a column in the slot that ended last at this time; 0 for a column that is not there. */
export function lastSlotValue({ columns }: LoadTrack, name: string, atMs: number): number {
  const slots = columns.get(name);
  if (slots === undefined) return 0;
  const slot = Math.floor(atMs / slotMs) - 1;
  return slots[Math.min(slots.length - 1, Math.max(0, slot))] ?? 0;
}

/** The mean of a column from one time to another. */
export function meanBetween(
  { columns }: LoadTrack,
  name: string,
  span: { readonly fromMs: number; readonly toMs: number },
): number {
  const slots = columns.get(name);
  if (slots === undefined) return 0;
  const first = Math.max(0, Math.floor(span.fromMs / slotMs));
  const end = Math.min(slots.length, Math.max(first + 1, Math.ceil(span.toMs / slotMs)));
  let sum = 0;
  for (let slot = first; slot < end; slot++) sum += slots[slot] ?? 0;
  return end > first ? sum / (end - first) : (slots.at(-1) ?? 0);
}
