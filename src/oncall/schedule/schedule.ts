/**
 * Who is on call when. A schedule is a pile of layers, of which the last that has somebody wins, and
 * above them what people agreed on: swaps, then overrides, of which the latest wins. Members who are
 * away are passed over in their own rotation, for whoever comes next in it.
 *
 * The final schedule is computed at the moments at which anything can change, and nowhere else, so
 * that it is exact: an override ends on its boundary and not a minute later.
 */
import type { TimeZone } from "#base";
import { isInside, type Restriction, restrictedSpans, type Span } from "./restriction.ts";
import { findShift, type Rotation, shiftOf } from "./rotation.ts";

export interface Layer {
  readonly name: string;
  readonly rotation: Rotation;
  /** Any of which has to hold; none restricts nothing. */
  readonly restrictions: readonly Restriction[];
  readonly from: number | undefined;
  readonly until: number | undefined;
}

export interface Override extends Span {
  readonly id: string;
  /** Who is on call instead; undefined leaves the time to nobody. */
  readonly user: string | undefined;
  /** Only in the place of this user; undefined in whoever's. */
  readonly replaces: string | undefined;
}

/** Two users take each other's turns. */
export interface Swap extends Span {
  readonly id: string;
  readonly users: readonly [string, string];
}

export interface Absence extends Span {
  readonly user: string;
}

export interface Schedule {
  readonly name: string;
  readonly zone: TimeZone;
  readonly zoneName: string;
  readonly layers: readonly Layer[];
  readonly swaps: readonly Swap[];
  readonly overrides: readonly Override[];
  readonly absences: readonly Absence[];
  /** Dates (`2026-12-25`) on which no restriction begins, and all hours are out of hours. */
  readonly holidays: ReadonlySet<string>;
}

/** A stretch of the final schedule with one person, or with nobody. */
export interface Duty extends Span {
  readonly user: string | undefined;
  /** What decided: the name of a layer, `override`, `swap`, or `` for nobody. */
  readonly by: string;
}

/** The final schedule of a range, without gaps: what nobody has is a duty of nobody. */
export function finalSchedule(schedule: Schedule, range: Span): readonly Duty[] {
  if (range.untilMs <= range.fromMs) return [];
  const layers = schedule.layers.map((layer) => openLayer(schedule, layer, range));
  const moments = changesWithin(schedule, layers, range);
  const duties: Duty[] = [];
  for (const [index, fromMs] of moments.entries()) {
    const untilMs = moments[index + 1] ?? range.untilMs;
    const { user, by } = decide(schedule, layers, fromMs);
    const last = duties.at(-1);
    if (last !== undefined && last.user === user && last.by === by) {
      duties[duties.length - 1] = { ...last, untilMs };
    } else {
      duties.push({ fromMs, untilMs, user, by });
    }
  }
  return duties;
}

/** Who is on call at a moment. */
export function onCallAt(schedule: Schedule, atMs: number): string | undefined {
  const [duty] = finalSchedule(schedule, { fromMs: atMs, untilMs: atMs + 1 });
  return duty?.user;
}

/** A layer with everything known of it within a range. */
interface OpenLayer {
  readonly name: string;
  readonly spans: readonly Span[] | undefined;
  readonly shifts: readonly OpenShift[];
}

interface OpenShift extends Span {
  /** Whose turn it is, and who comes after, as often as there are members. */
  readonly members: readonly string[];
}

function openLayer(schedule: Schedule, layer: Layer, range: Span): OpenLayer {
  const fromMs = Math.max(range.fromMs, layer.from ?? range.fromMs);
  const untilMs = Math.min(range.untilMs, layer.until ?? range.untilMs);
  const { rotation, restrictions, name } = layer;
  const spans =
    restrictions.length === 0
      ? undefined
      : restrictions.flatMap((one) =>
          restrictedSpans(one, rotation.zone, range, schedule.holidays),
        );
  return {
    name,
    spans,
    shifts: fromMs < untilMs ? shiftsWithin(rotation, { fromMs, untilMs }) : [],
  };
}

function shiftsWithin(rotation: Rotation, range: Span): readonly OpenShift[] {
  const first = findShift(rotation, range.fromMs) ?? shiftOf(rotation, 0);
  const shifts: OpenShift[] = [];
  for (
    let shift = first;
    shift.fromMs < range.untilMs;
    shift = shiftOf(rotation, shift.index + 1)
  ) {
    const { members } = rotation;
    const turn = shift.index % members.length;
    shifts.push({
      fromMs: Math.max(shift.fromMs, range.fromMs),
      untilMs: Math.min(shift.untilMs, range.untilMs),
      members: [...members.slice(turn), ...members.slice(0, turn)],
    });
  }
  return shifts;
}

/** The start of the range and every later moment in it at which somebody may take over. */
function changesWithin(
  { swaps, overrides, absences }: Schedule,
  layers: readonly OpenLayer[],
  range: Span,
): readonly number[] {
  const spans = [
    ...layers.flatMap((layer) => [...layer.shifts, ...(layer.spans ?? [])]),
    ...swaps,
    ...overrides,
    ...absences,
  ];
  const moments = new Set([range.fromMs]);
  for (const { fromMs, untilMs } of spans) {
    for (const atMs of [fromMs, untilMs]) if (isInside(range, atMs)) moments.add(atMs);
  }
  return [...moments].sort((left, right) => left - right);
}

interface Decision {
  readonly user: string | undefined;
  readonly by: string;
}

function decide(schedule: Schedule, layers: readonly OpenLayer[], atMs: number): Decision {
  const { swaps, overrides } = schedule;
  const away = new Set(
    schedule.absences.filter((absence) => isInside(absence, atMs)).map(({ user }) => user),
  );
  let decision = decideByLayers(layers, away, atMs);
  for (const swap of swaps) {
    const [left, right] = swap.users;
    if (!isInside(swap, atMs)) continue;
    if (decision.user === left) decision = { user: right, by: "swap" };
    else if (decision.user === right) decision = { user: left, by: "swap" };
  }
  for (const override of overrides) {
    if (!isInside(override, atMs)) continue;
    const isMeant = override.replaces === undefined || override.replaces === decision.user;
    if (isMeant) decision = { user: override.user, by: "override" };
  }
  return decision;
}

function decideByLayers(
  layers: readonly OpenLayer[],
  away: ReadonlySet<string>,
  atMs: number,
): Decision {
  for (const layer of layers.toReversed()) {
    if (layer.spans !== undefined && !layer.spans.some((span) => isInside(span, atMs))) continue;
    const shift = layer.shifts.find((one) => isInside(one, atMs));
    const user = shift?.members.find((member) => !away.has(member));
    if (user !== undefined) return { user, by: layer.name };
  }
  return { user: undefined, by: "" };
}
