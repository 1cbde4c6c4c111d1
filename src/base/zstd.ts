/** Zstandard frames, packed and unpacked at once: for records that are small. */
export interface Zstd {
  compress(bytes: Uint8Array): Uint8Array;
  /** The inverse of `compress`. Throws `ZstdError`, also for more than `bytesMax` bytes. */
  decompress(frame: Uint8Array, bytesMax: number): Uint8Array;
}

/** Bytes that are no Zstandard frame, or one that is too long. */
export class ZstdError extends Error {
  constructor(problem: string, options?: ErrorOptions) {
    super(`zstd: ${problem}`, options);
    this.name = "ZstdError";
  }
}
