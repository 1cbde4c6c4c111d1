import type { Labels } from "#series";

/**
 * The fingerprint that Prometheus' tools give to a label set: FNV-1a of 64 bits over names and values,
 * each followed by a byte of 255, in hexadecimal digits. The hash is kept in two halves, as no number
 * here holds 64 bits.
 */
export function fingerprintOf(labels: Labels): string {
  const hash = { high: 0xcbf29ce4, low: 0x84222325 };
  for (const text of labels) {
    mixText(hash, text);
    mix(hash, separator);
  }
  return hexOf(hash.high) + hexOf(hash.low);
}

interface Hash {
  high: number;
  low: number;
}

/** As its bytes in UTF-8, which nearly all labels have one of for each character. */
function mixText(hash: Hash, text: string): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) {
      for (const byte of new TextEncoder().encode(text.slice(at))) mix(hash, byte);
      return;
    }
    mix(hash, code);
  }
}

const separator = 255;
/** The prime is 2⁴⁰ and this. */
const primeLow = 0x1b3;

function mix(hash: Hash, byte: number): void {
  const low = (hash.low ^ byte) >>> 0;
  const product = low * primeLow;
  const carry = Math.floor(product / 2 ** 32);
  hash.high = (Math.imul(hash.high, primeLow) + carry + (low << 8)) >>> 0;
  hash.low = product >>> 0;
}

function hexOf(word: number): string {
  return word.toString(16).padStart(8, "0");
}
