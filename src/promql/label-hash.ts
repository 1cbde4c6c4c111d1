import type { Labels } from "#series";

/**
 * A number in [0, 1) that depends on a label set only, and evenly: its 64-bit hash over 2^64. The
 * hash is upstream's, so that the same series are sampled: XXH64 of the strings, each after its length.
 */
export function labelFraction(labels: Labels): number {
  return Number(hashBytes(encodeLabels(labels))) / 2 ** 64;
}

function encodeLabels(labels: Labels): Uint8Array {
  const encoder = new TextEncoder();
  const texts = labels.map((text) => encoder.encode(text));
  const bytes: number[] = [];
  for (const text of texts) {
    if (text.length < longLength) bytes.push(text.length);
    else bytes.push(longLength, text.length & 255, (text.length >> 8) & 255, text.length >> 16);
    bytes.push(...text);
  }
  return Uint8Array.from(bytes);
}

/** Lengths from here on take three bytes after this mark. */
const longLength = 255;

const mask = (1n << 64n) - 1n;
const prime1 = 0x9e3779b185ebca87n;
const prime2 = 0xc2b2ae3d27d4eb4fn;
const prime3 = 0x165667b19e3779f9n;
const prime4 = 0x85ebca77c2b2ae63n;
const prime5 = 0x27d4eb2f165667c5n;

/** XXH64 with seed 0. */
export function hashBytes(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let offset = 0;
  let hash = prime5;
  if (bytes.length >= 32) {
    const lanes = [(prime1 + prime2) & mask, prime2, 0n, -prime1 & mask];
    for (; offset + 32 <= bytes.length; offset += 32) {
      for (let lane = 0; lane < 4; lane++) {
        lanes[lane] = round(lanes[lane] ?? 0n, view.getBigUint64(offset + 8 * lane, true));
      }
    }
    hash = joinLanes(lanes);
  }
  hash = (hash + BigInt(bytes.length)) & mask;
  return avalanche(hashTail(hash, view, offset));
}

function joinLanes(lanes: readonly bigint[]): bigint {
  const rotations = [1n, 7n, 12n, 18n];
  let hash = 0n;
  for (const [lane, value] of lanes.entries()) hash += rotate(value, rotations[lane] ?? 0n);
  hash &= mask;
  for (const value of lanes) hash = ((hash ^ round(0n, value)) * prime1 + prime4) & mask;
  return hash;
}

function hashTail(start: bigint, view: DataView, from: number): bigint {
  let hash = start;
  let offset = from;
  for (; offset + 8 <= view.byteLength; offset += 8) {
    hash ^= round(0n, view.getBigUint64(offset, true));
    hash = (rotate(hash, 27n) * prime1 + prime4) & mask;
  }
  if (offset + 4 <= view.byteLength) {
    hash ^= (BigInt(view.getUint32(offset, true)) * prime1) & mask;
    hash = (rotate(hash, 23n) * prime2 + prime3) & mask;
    offset += 4;
  }
  for (; offset < view.byteLength; offset++) {
    hash ^= (BigInt(view.getUint8(offset)) * prime5) & mask;
    hash = (rotate(hash, 11n) * prime1) & mask;
  }
  return hash;
}

function avalanche(start: bigint): bigint {
  let hash = start;
  hash = ((hash ^ (hash >> 33n)) * prime2) & mask;
  hash = ((hash ^ (hash >> 29n)) * prime3) & mask;
  return hash ^ (hash >> 32n);
}

function round(accumulated: bigint, input: bigint): bigint {
  return (rotate((accumulated + input * prime2) & mask, 31n) * prime1) & mask;
}

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & mask;
}
