import type { Random } from "#base";

/** Asking the system costs the same for sixteen bytes as for thousands. */
const reserveBytes = 8_192;
/** What may come out of the reserve: names and ids. Keys are drawn for themselves. */
const smallDrawMax = 16;

/**
 * Cryptographic chance from the operating system. Forks need no seed: all draws are independent.
 * Small draws come from a reserve that is filled at once; each byte is given out once and wiped.
 */
export const systemRandom: Random = createSystemRandom();

function createSystemRandom(): Random {
  const reserve = new Uint8Array(reserveBytes);
  let used = reserveBytes;
  const draw = (count: number): Uint8Array => {
    if (count > smallDrawMax) return filled(new Uint8Array(count));
    if (used + count > reserveBytes) {
      filled(reserve);
      used = 0;
    }
    const drawn = reserve.slice(used, used + count);
    reserve.fill(0, used, used + count);
    used += count;
    return drawn;
  };
  const random: Random = {
    fraction: () => {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = draw(7);
      // 53 bits: every one that a number below 1 can hold.
      const high = (a * 256 + b) * 256 + c;
      const low = ((d * 256 + e) * 256 + f) * 32 + (g >>> 3);
      return (high * 2 ** 29 + low) / 2 ** 53;
    },
    bytes: draw,
    fork: () => random,
  };
  return random;
}

/** The system's interface gives at most 64 KiB at once. */
function filled(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  const step = 65_536;
  for (let at = 0; at < bytes.length; at += step) {
    crypto.getRandomValues(bytes.subarray(at, at + step));
  }
  return bytes;
}
