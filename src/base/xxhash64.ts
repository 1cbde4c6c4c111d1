/**
 * XXH64 with seed 0: the hash by which Prometheus' programs know label sets in what they tell each other.
 * Words of 64 bits are kept in halves of 32, which is many times faster than bigints.
 */
export function xxHash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const hash = new Word();
  let offset = 0;
  if (bytes.length >= stripeBytes) {
    const lanes = seededLanes();
    for (; offset + stripeBytes <= bytes.length; offset += stripeBytes) {
      for (const [index, lane] of lanes.entries()) lane.round(view, offset + 8 * index);
    }
    hash.join(lanes);
  } else {
    hash.set(prime5);
  }
  hash.add(0, bytes.length);
  hash.tail(view, offset);
  return hash.finish();
}

type Halves = readonly [high: number, low: number];

const stripeBytes = 32;
const prime1: Halves = [0x9e3779b1, 0x85ebca87];
const prime2: Halves = [0xc2b2ae3d, 0x27d4eb4f];
const prime3: Halves = [0x165667b1, 0x9e3779f9];
const prime4: Halves = [0x85ebca77, 0xc2b2ae63];
const prime5: Halves = [0x27d4eb2f, 0x165667c5];
const laneRotations = [1, 7, 12, 18] as const;

function seededLanes(): readonly Word[] {
  const lanes = laneRotations.map(() => new Word());
  const [first, second, , fourth] = lanes;
  first?.set(prime1);
  first?.add(...prime2);
  second?.set(prime2);
  // What is left of zero without the first prime.
  fourth?.add(~prime1[0], ~prime1[1]);
  fourth?.add(0, 1);
  return lanes;
}

/** A word of 64 bits that is worked on in place. */
class Word {
  high = 0;
  low = 0;

  set([high, low]: Halves): void {
    this.high = high | 0;
    this.low = low | 0;
  }

  add(high: number, low: number): void {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.low = sum | 0;
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
  }

  xor(high: number, low: number): void {
    this.high ^= high;
    this.low ^= low;
  }

  multiply([high, low]: Halves): void {
    const ownLow = this.low;
    this.high =
      (Math.imul(this.high, low) + Math.imul(ownLow, high) + highProduct(ownLow, low)) | 0;
    this.low = Math.imul(ownLow, low);
  }

  rotate(bits: number): void {
    const { high, low } = this;
    this.high = (high << bits) | (low >>> (32 - bits));
    this.low = (low << bits) | (high >>> (32 - bits));
  }

  /** Mixes the eight bytes at an offset in. */
  round(view: DataView, offset: number): void {
    const input = new Word();
    input.low = view.getInt32(offset, true);
    input.high = view.getInt32(offset + 4, true);
    this.roundOf(input);
  }

  roundOf(input: Word): void {
    input.multiply(prime2);
    this.add(input.high, input.low);
    this.rotate(31);
    this.multiply(prime1);
  }

  join(lanes: readonly Word[]): void {
    for (const [index, lane] of lanes.entries()) {
      const rotated = new Word();
      rotated.xor(lane.high, lane.low);
      rotated.rotate(laneRotations[index] ?? 0);
      this.add(rotated.high, rotated.low);
    }
    for (const lane of lanes) {
      this.mix(lane);
      this.multiply(prime1);
      this.add(...prime4);
    }
  }

  /** What is left behind the last whole stripe. */
  tail(view: DataView, from: number): void {
    let offset = from;
    for (; offset + 8 <= view.byteLength; offset += 8) {
      const input = new Word();
      input.low = view.getInt32(offset, true);
      input.high = view.getInt32(offset + 4, true);
      this.mix(input);
      this.rotate(27);
      this.multiply(prime1);
      this.add(...prime4);
    }
    if (offset + 4 <= view.byteLength) {
      this.mixSmall(view.getInt32(offset, true), prime1);
      this.rotate(23);
      this.multiply(prime2);
      this.add(...prime3);
      offset += 4;
    }
    for (; offset < view.byteLength; offset++) {
      this.mixSmall(view.getUint8(offset), prime5);
      this.rotate(11);
      this.multiply(prime1);
    }
  }

  mix(input: Word): void {
    const rounded = new Word();
    rounded.roundOf(input);
    this.xor(rounded.high, rounded.low);
  }

  mixSmall(low: number, prime: Halves): void {
    const input = new Word();
    input.low = low;
    input.multiply(prime);
    this.xor(input.high, input.low);
  }

  /** Lets every bit have its part in every other. */
  finish(): bigint {
    this.xor(0, this.high >>> 1);
    this.multiply(prime2);
    this.xor(this.high >>> 29, (this.low >>> 29) | (this.high << 3));
    this.multiply(prime3);
    this.xor(0, this.high);
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
  }
}

/** The upper 32 bits of the product of two unsigned numbers of 32 bits. */
function highProduct(left: number, right: number): number {
  const [leftHigh, leftLow] = [left >>> 16, left & 0xffff];
  const [rightHigh, rightLow] = [right >>> 16, right & 0xffff];
  const middle = leftHigh * rightLow + ((leftLow * rightLow) >>> 16);
  const carried = leftLow * rightHigh + (middle & 0xffff);
  return leftHigh * rightHigh + Math.floor(middle / 0x1_0000) + Math.floor(carried / 0x1_0000);
}
