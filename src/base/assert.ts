/** Throws when a condition that the code relies on does not hold: a bug, never bad input. */
export function assert(condition: boolean, whatHolds: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${whatHolds}`);
}

/** Marks a branch that the types exclude; reaching it is a bug. */
export function unreachable(impossible: never): never {
  throw new Error(`assertion failed: unreachable value ${String(impossible)}`);
}
