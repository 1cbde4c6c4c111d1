/**
 * Who takes turns. A rotation is a start by the wall clock, the lengths of its shifts, which repeat,
 * and its members, who repeat too: hourly, daily and weekly ones have one length, custom ones several
 * (four days and then three, for weeks that are shared).
 *
 * Lengths are counted by the wall clock: a shift of a day in which the clocks go back lasts 25 hours.
 */
import { assert, type TimeZone } from "#base";
import { momentOf, wallTimeAt } from "./wall-clock.ts";

export interface Rotation {
  readonly zone: TimeZone;
  /** The wall time at which the first shift begins; before, nobody is on call. */
  readonly startWallMs: number;
  /** At least one, each longer than nothing. */
  readonly shiftLengthsMs: readonly number[];
  /** Names of users, in their turn; at least one. */
  readonly members: readonly string[];
}

export interface Shift {
  /** Counts from the start of the rotation. */
  readonly index: number;
  readonly fromMs: number;
  /** The end is not included. */
  readonly untilMs: number;
  readonly member: string;
}

/** The shift that a moment is in; undefined before the rotation has started. */
export function findShift(rotation: Rotation, atMs: number): Shift | undefined {
  if (atMs < boundaryAt(rotation, 0)) return undefined;
  let index = Math.max(0, indexByWall(rotation, wallTimeAt(rotation.zone, atMs)));
  // Where the wall clock shows a time for the second time, the boundary has passed already.
  while (boundaryAt(rotation, index + 1) <= atMs) index++;
  while (boundaryAt(rotation, index) > atMs) index--;
  return shiftOf(rotation, index);
}

export function shiftOf(rotation: Rotation, index: number): Shift {
  const member = rotation.members[index % rotation.members.length];
  assert(member !== undefined, "a rotation has members");
  return {
    index,
    fromMs: boundaryAt(rotation, index),
    untilMs: boundaryAt(rotation, index + 1),
    member,
  };
}

/** The moment at which the shift of this index begins. */
function boundaryAt(rotation: Rotation, index: number): number {
  const { shiftLengthsMs, startWallMs, zone } = rotation;
  const rounds = Math.floor(index / shiftLengthsMs.length);
  const within = shiftLengthsMs.slice(0, index % shiftLengthsMs.length);
  return momentOf(zone, startWallMs + rounds * sum(shiftLengthsMs) + sum(within));
}

/** The index by the wall clock alone. */
function indexByWall({ shiftLengthsMs, startWallMs }: Rotation, wallMs: number): number {
  const round = sum(shiftLengthsMs);
  const rounds = Math.floor((wallMs - startWallMs) / round);
  let rest = wallMs - startWallMs - rounds * round;
  let index = rounds * shiftLengthsMs.length;
  for (const length of shiftLengthsMs) {
    if (rest < length) break;
    rest -= length;
    index++;
  }
  return index;
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}
