import { xxHash64 } from "#base";
import type { Labels } from "#series";

/**
 * A number in [0, 1) that depends on a label set only, and evenly: its 64-bit hash over 2^64. The
 * hash is upstream's, so that the same series are sampled: XXH64 of the strings, each after its length.
 */
export function labelFraction(labels: Labels): number {
  return Number(xxHash64(encodeLabels(labels))) / 2 ** 64;
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
