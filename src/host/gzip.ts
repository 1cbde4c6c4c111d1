import { promisify } from "node:util";
import { codeOf } from "./error-code.ts";

/** Loaded when it is needed, as few commands do. */
const zlib = () => import("node:zlib");

/** gzip at its fastest level, on a thread of its own. */
export const realGzip = {
  async gzip(bytes: Uint8Array): Promise<Uint8Array> {
    const { gzip } = await zlib();
    return promisify<Uint8Array, { level: number }, Uint8Array>(gzip)(bytes, { level: 1 });
  },

  /** What was packed, or undefined when that is larger than `bytesMax`. Rejects what is no gzip. */
  async gunzip(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array | undefined> {
    const { gunzip } = await zlib();
    const unpack = promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(gunzip);
    try {
      return await unpack(bytes, { maxOutputLength: bytesMax });
    } catch (error) {
      if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") return undefined;
      throw error;
    }
  },
};
