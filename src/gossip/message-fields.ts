import { GossipError } from "./gossip-error.ts";
import type { MsgpackValue } from "./msgpack.ts";

const textDecoder = new TextDecoder();
/** Names are host names or identifiers; whatever is longer is an attack. */
const nameBytesMax = 512;

/** The fields of one message, each asked for with what it has to be; absent ones are zero. */
export class MessageFields {
  readonly #fields: ReadonlyMap<string, MsgpackValue>;

  constructor(value: MsgpackValue) {
    if (!(value instanceof Map)) throw new GossipError("message is no map");
    this.#fields = value;
  }

  /** An integer from 0 to `max`. */
  number(name: string, max: number): number {
    const value = this.#fields.get(name) ?? 0;
    const isRight = typeof value === "number" && Number.isInteger(value);
    if (!isRight || value < 0 || value > max) {
      throw new GossipError(`${name} is no number up to ${max}`);
    }
    return value;
  }

  boolean(name: string): boolean {
    return this.#fields.get(name) === true;
  }

  bytes(name: string): Uint8Array {
    const value = this.#fields.get(name) ?? new Uint8Array();
    if (value instanceof Uint8Array) return value;
    throw new GossipError(`${name} is no bytes`);
  }

  text(name: string): string {
    const bytes = this.bytes(name);
    if (bytes.length > nameBytesMax) throw new GossipError(`${name} is too long`);
    return textDecoder.decode(bytes);
  }
}
