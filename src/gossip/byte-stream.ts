import { GossipError } from "./gossip-error.ts";
import { MsgpackReader, MsgpackTruncated, type MsgpackValue } from "./msgpack.ts";

const initialBytes = 4_096;

/** Takes bytes and values off a connection, waiting for what has not come yet. */
export class ByteStream {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #bytesMax: number;
  #buffer = new Uint8Array(initialBytes);
  #start = 0;
  #end = 0;

  /** Refuses to hold more than so many bytes at once. */
  constructor(received: AsyncIterable<Uint8Array>, bytesMax: number) {
    this.#chunks = received[Symbol.asyncIterator]();
    this.#bytesMax = bytesMax;
  }

  async byte(): Promise<number> {
    const [byte = 0] = await this.bytes(1);
    return byte;
  }

  /** A copy of the next bytes. Throws `GossipError` when the other side ends before. */
  async bytes(count: number): Promise<Uint8Array> {
    while (this.#end - this.#start < count) await this.#more();
    this.#start += count;
    return this.#buffer.slice(this.#start - count, this.#start);
  }

  async value(): Promise<MsgpackValue> {
    while (true) {
      const known = this.#buffer.subarray(this.#start, this.#end);
      const value = complete(known);
      if (value === undefined) {
        await this.#more();
        continue;
      }
      this.#start += value.bytes;
      return value.value;
    }
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) throw new GossipError("stream ended within a message");
    const chunk = next.value;
    const heldBytes = this.#end - this.#start;
    const neededBytes = heldBytes + chunk.length;
    if (neededBytes > this.#bytesMax) throw new GossipError("message is too large");
    if (this.#end + chunk.length > this.#buffer.length) {
      // A new buffer: values that were given out look into the old one.
      const grown = new Uint8Array(Math.max(neededBytes, heldBytes * 2, initialBytes));
      grown.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = grown;
      this.#start = 0;
      this.#end = heldBytes;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }
}

/** The value that begins there with its size; undefined when it is not there as a whole. */
function complete(
  bytes: Uint8Array,
): { readonly value: MsgpackValue; readonly bytes: number } | undefined {
  const reader = new MsgpackReader(bytes);
  try {
    return { value: reader.value(), bytes: reader.offset };
  } catch (error) {
    if (error instanceof MsgpackTruncated) return undefined;
    throw error;
  }
}
