import { integerBelow, type Random } from "#base";

/** Up to so many of them, by chance and in random order. */
export function chosen<T>(random: Random, all: readonly T[], countMax: number): readonly T[] {
  const rest = [...all];
  const count = Math.min(countMax, rest.length);
  return Array.from({ length: count }, () =>
    rest.splice(integerBelow(random, rest.length), 1),
  ).flat();
}
