import { compressSnappy, decompressSnappy, SnappyError, type Zstd, ZstdError } from "#base";
import { FormatError } from "../bytes/format-error.ts";
import { snappyFlag, zstdFlag } from "./frame.ts";

export type WalCompression = "none" | "snappy" | "zstd";

/** A record as it is to lie in the log, maybe compressed. */
export interface PackedRecord {
  readonly bytes: Uint8Array;
  /** Added to the kind in each fragment's header. */
  readonly flags: number;
}

/** No record is longer: one of this size alone would fill eight segments. */
const recordBytesMax = 1024 * 1024 * 1024;

export function packRecord(
  bytes: Uint8Array,
  compression: WalCompression,
  zstd: Zstd,
): PackedRecord {
  if (compression === "none") return { bytes, flags: 0 };
  const packed =
    compression === "snappy"
      ? { bytes: compressSnappy(bytes), flags: snappyFlag }
      : { bytes: zstd.compress(bytes), flags: zstdFlag };
  // Short records may become longer by it.
  return packed.bytes.length < bytes.length ? packed : { bytes, flags: 0 };
}

/** The inverse of `packRecord`. Throws `FormatError`. */
export function unpackRecord({ bytes, flags }: PackedRecord, zstd: Zstd): Uint8Array {
  try {
    if ((flags & snappyFlag) !== 0) return decompressSnappy(bytes, recordBytesMax);
    return (flags & zstdFlag) === 0 ? bytes : zstd.decompress(bytes, recordBytesMax);
  } catch (error) {
    if (error instanceof SnappyError || error instanceof ZstdError) {
      throw new FormatError(error.message);
    }
    throw error;
  }
}
