import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { codeOf } from "./error-code.ts";

const gzipAsync = promisify<Uint8Array, { level: number }, Uint8Array>(gzip);

const gunzipAsync = promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(gunzip);

/** gzip at its fastest level, on a thread of its own. */
export const realGzip = {
  gzip: (bytes: Uint8Array): Promise<Uint8Array> => gzipAsync(bytes, { level: 1 }),

  /** What was packed, or undefined when that is larger than `bytesMax`. Rejects what is no gzip. */
  async gunzip(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array | undefined> {
    try {
      return await gunzipAsync(bytes, { maxOutputLength: bytesMax });
    } catch (error) {
      if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") return undefined;
      throw error;
    }
  },
};
