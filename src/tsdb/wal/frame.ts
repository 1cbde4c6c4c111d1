/**
 * How records lie in a segment: in pages of 32 KiB, cut into fragments that end with the page, each
 * behind a header of seven bytes (kind and compression, length, checksum). A page whose rest is too
 * short for a header, or is left empty, ends with zeros.
 */
export const pageBytes = 32 * 1024;
export const frameHeaderBytes = 7;

/** The lowest three bits of a header. */
export const fragmentKinds = { none: 0, full: 1, first: 2, middle: 3, last: 4 } as const;
export const kindMask = 0x07;
export const snappyFlag = 0x08;
export const zstdFlag = 0x10;

const segmentNameDigits = 8;

export function segmentName(segment: number): string {
  return String(segment).padStart(segmentNameDigits, "0");
}

/** The number that a segment's file name tells; undefined for other files. */
export function findSegmentNumber(name: string): number | undefined {
  return /^\d{1,15}$/.test(name) ? Number(name) : undefined;
}
