import { randomBytes } from "node:crypto";
import type { Random } from "#base";

/** Cryptographic chance from the operating system. Forks need no seed: all draws are independent. */
export const systemRandom: Random = {
  fraction: () => {
    const octets = randomBytes(7);
    // 53 bits: every one that a number below 1 can hold.
    return (octets.readUIntBE(0, 6) * 32 + ((octets[6] ?? 0) >>> 3)) / 2 ** 53;
  },
  bytes: (count) => new Uint8Array(randomBytes(count)),
  fork: () => systemRandom,
};
