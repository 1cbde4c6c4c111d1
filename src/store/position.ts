/**
 * A position numbers every single write, in order: its commit's revision, and its place among the
 * commit's writes. It is one safe integer, which leaves 2^46 revisions: enough for 20 years at
 * 100,000 commits a second.
 */
import { assert } from "#base";
import { writesPerCommitMax } from "./store.ts";

/** The position of write number `index` of the commit at `revision`. */
export function positionOf(revision: number, index: number): number {
  assert(index < writesPerCommitMax, "a commit's writes fit its span of positions");
  return revision * writesPerCommitMax + index;
}

/** The revision of the write at `position`. */
export function revisionOf(position: number): number {
  return Math.floor(position / writesPerCommitMax);
}
