import type { Labels } from "#series";

/**
 * The fingerprint that Prometheus' tools give to a label set: FNV-1a of 64 bits over names and values,
 * each followed by a byte of 255, in hexadecimal digits. The hash is kept in two halves, as no number
 * here holds 64 bits.
 */
export function fingerprintOf(labels: Labels): string {
  const encoder = new TextEncoder();
  const hash = { high: 0xcbf29ce4, low: 0x84222325 };
  for (const text of labels) {
    for (const byte of encoder.encode(text)) mix(hash, byte);
    mix(hash, separator);
  }
  return hexOf(hash.high) + hexOf(hash.low);
}

const separator = 255;
/** The prime is 2⁴⁰ and this. */
const primeLow = 0x1b3;

function mix(hash: { high: number; low: number }, byte: number): void {
  const low = (hash.low ^ byte) >>> 0;
  const product = low * primeLow;
  const carry = Math.floor(product / 2 ** 32);
  hash.high = (Math.imul(hash.high, primeLow) + carry + (low << 8)) >>> 0;
  hash.low = product >>> 0;
}

function hexOf(word: number): string {
  return word.toString(16).padStart(8, "0");
}
