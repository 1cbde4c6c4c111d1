/**
 * Writes doubles in their shortest decimal form straight into bytes: the fewest digits that are read
 * as the same double again, of these the nearest, as `String(value)` gives them.
 *
 * The whole part is digits already. Digits of the fraction are generated one by one, as Steele and
 * White do, until what is left is less than half the distance to the neighbouring double. All numbers
 * of that are integers below 2^53, so that doubles compute them exactly: with every digit the
 * fraction is multiplied by 5 and its unit halved, rather than multiplied by 10.
 */

/** The most bytes that `writeDouble` writes. */
export const doubleBytesMax = 32;

const zero = 0x30;
const point = 0x2e;
const minus = 0x2d;
/** In between, a fraction and its unit fit the arithmetic. */
const smallestMagnitude = 8;
const largestMagnitude = 2 ** 31;

// Written and read within one call: nothing stays in it.
const view = new DataView(new ArrayBuffer(8));

/**
 * Writes a finite number with a magnitude from 8 to 2^31, or a positive whole one below, from
 * `at` on, and gives where it ends; −1, and nothing is written, when it is another.
 */
export function writeDouble(bytes: Uint8Array, at: number, value: number): number {
  const magnitude = value < 0 ? -value : value;
  if (!(magnitude < largestMagnitude)) return -1;
  const whole = magnitude | 0;
  if (whole === magnitude) return value > 0 ? writeWhole(bytes, at, whole) : -1;
  if (magnitude < smallestMagnitude) return -1;
  let end = at;
  if (value < 0) bytes[end++] = minus;
  end = writeWhole(bytes, end, whole);
  bytes[end++] = point;
  return writeFraction(bytes, end, magnitude, magnitude - whole);
}

/** A positive number of 31 bits, its digits from the last one on. */
function writeWhole(bytes: Uint8Array, at: number, value: number): number {
  const end = at + digitsOf(value);
  let next = end;
  let rest = value;
  while (rest > 0) {
    const tenth = (rest / 10) | 0;
    bytes[--next] = zero + rest - 10 * tenth;
    rest = tenth;
  }
  return end;
}

function digitsOf(value: number): number {
  let count = 1;
  for (let bound = 10; bound <= value; bound *= 10) count++;
  return count;
}

/** The fraction of a number, which has a whole part: the distance to its neighbours depends on that. */
function writeFraction(bytes: Uint8Array, at: number, number: number, fraction: number): number {
  // Numbers here are counted in halves of the distance to the neighbours: `unit` of them are 1.
  let unit = halvesInOne(number);
  let rest = fraction * unit;
  let half = 1;
  // By powers of two, which multiplying by their inverse does exactly, and quicker.
  let perUnit = 1 / unit;
  // A border belongs to the double whose last bit is 0.
  const reach = rest % 4 === 0 ? 0 : 1;
  let end = at;
  while (unit <= groupUnitMax) {
    const nextUnit = unit / groupTwos;
    const digits = (rest * groupFives * (perUnit * groupTwos)) | 0;
    const nextRest = rest * groupFives - digits * nextUnit;
    const reached = half * groupFives - reach;
    // One of these digits is the last, then: it is looked for below.
    if (nextRest <= reached || nextUnit - nextRest <= reached) break;
    end = writeGroup(bytes, end, digits);
    rest = nextRest;
    half *= groupFives;
    unit = nextUnit;
    perUnit *= groupTwos;
  }
  for (;;) {
    rest *= 5;
    half *= 5;
    unit /= 2;
    perUnit *= 2;
    const digit = (rest * perUnit) | 0;
    rest -= digit * unit;
    const isNearBelow = rest <= half - reach;
    const isNearAbove = unit - rest <= half - reach;
    if (!isNearBelow && !isNearAbove) {
      bytes[end++] = zero + digit;
      continue;
    }
    const isRoundedUp = isNearAbove && (!isNearBelow || isAboveMiddle(rest, unit, digit));
    bytes[end++] = zero + digit + (isRoundedUp ? 1 : 0);
    return end;
  }
}

/** Five digits at once, as long as the last one is not among them. */
const groupFives = 5 ** 5;
const groupTwos = 2 ** 5;
/** A rest below it, times `groupFives`, stays below 2^53. */
const groupUnitMax = 2 ** 41;

function writeGroup(bytes: Uint8Array, at: number, digits: number): number {
  const end = at + 5;
  let rest = digits;
  for (let next = end - 1; next >= at; next--) {
    const tenth = (rest / 10) | 0;
    bytes[next] = zero + rest - 10 * tenth;
    rest = tenth;
  }
  return end;
}

/** Right in the middle, the even digit is taken. */
function isAboveMiddle(rest: number, unit: number, digit: number): boolean {
  return rest * 2 === unit ? digit % 2 === 1 : rest * 2 > unit;
}

/** Two by the number of bits behind the point, and one more: 2^(53 − exponent). */
function halvesInOne(number: number): number {
  view.setFloat64(0, number);
  const exponent = (view.getUint16(0) >>> 4) & 0x7ff;
  view.setInt32(0, (2 * 1023 + 53 - exponent) << 20);
  view.setInt32(4, 0);
  return view.getFloat64(0);
}
