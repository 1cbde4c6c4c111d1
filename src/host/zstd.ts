import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { describeError, type Zstd, ZstdError } from "#base";

export const realZstd: Zstd = {
  compress: (bytes) => zstdCompressSync(bytes),

  decompress(frame, bytesMax) {
    try {
      return zstdDecompressSync(frame, { maxOutputLength: bytesMax });
    } catch (error) {
      // The library only fails for what it was given.
      throw new ZstdError(describeError(error), { cause: error });
    }
  },
};
