import type { Random } from "./random.ts";

/** A reproducible source of chance: equal seeds and fork names give equal streams. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  // The mulberry32 generator: one 32-bit word of state, plenty where nobody is to be kept from guessing.
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    fraction: () => word() / 2 ** 32,
    bytes: (count) => Uint8Array.from({ length: count }, () => word() & 0xff),
    fork: (name) => seededRandom(hashOf(name) ^ seed),
  };
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
