import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { crc32c } from "#base";
import { FormatError } from "../bytes/format-error.ts";

/** Samples of a series from `minMs` to `maxMs`, both included, are deleted. */
export interface BlockTombstone {
  readonly ref: number;
  readonly minMs: number;
  readonly maxMs: number;
}

const magic = 0x0130ba30;
const version = 1;
/** The checksum is of what comes behind magic and version. */
const headerBytes = 5;
const checksumBytes = 4;
/** No time beyond this is told apart: it means "always". */
const timeMax = 2 ** 63 - 1024;

/** The content of a block's `tombstones` file. */
export function encodeTombstones(tombstones: readonly BlockTombstone[]): Uint8Array {
  const out = new ByteWriter();
  out.uint32(magic);
  out.byte(version);
  for (const { ref, minMs, maxMs } of tombstones) {
    out.uvarint(ref);
    out.varint(Math.max(minMs, -timeMax));
    out.varint(Math.min(maxMs, timeMax));
  }
  out.uint32(crc32c(out.view().subarray(headerBytes)));
  return out.view();
}

/** The inverse of `encodeTombstones`. Throws `FormatError`. */
export function decodeTombstones(bytes: Uint8Array): readonly BlockTombstone[] {
  const end = bytes.length - checksumBytes;
  const reader = new ByteReader(bytes.subarray(0, Math.max(0, end)));
  if (reader.uint32() !== magic) throw new FormatError("invalid magic number");
  if (reader.byte() !== version) throw new FormatError("invalid tombstone format");
  const checksum = new ByteReader(bytes, end).uint32();
  if (crc32c(bytes.subarray(headerBytes, end)) !== checksum) {
    throw new FormatError("checksum did not match");
  }
  const tombstones: BlockTombstone[] = [];
  while (reader.left > 0) {
    const ref = reader.uvarint();
    const minMs = reader.varint();
    tombstones.push({ ref, minMs, maxMs: reader.varint() });
  }
  return tombstones;
}
