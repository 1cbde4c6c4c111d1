/**
 * Memory for bodies that are done with soon, used again and again: what is made for every body, the
 * garbage collector would have to find and free a hundred times a second.
 */
export class BodyBuffers {
  readonly #spare: Uint8Array[] = [];
  /** What was taken and not given back: other memory may be shared with somebody. */
  readonly #taken = new WeakSet<ArrayBufferLike>();

  /** At least so many bytes, with anything in them. */
  take(bytes: number): Uint8Array {
    // Of what is there the smallest that will do: the list is sorted.
    const index = this.#spare.findIndex((spare) => spare.length >= bytes);
    const [found] = index < 0 ? [] : this.#spare.splice(index, 1);
    const room = found ?? new Uint8Array(2 ** Math.ceil(Math.log2(Math.max(bytes, bytesMin))));
    this.#taken.add(room.buffer);
    return room;
  }

  /** Takes back what `take` gave, or a part of it, which nobody looks at any more. */
  give(bytes: Uint8Array): void {
    if (!this.#taken.delete(bytes.buffer) || bytes.buffer.byteLength > bytesMax) return;
    const whole = new Uint8Array(bytes.buffer);
    const index = this.#spare.findIndex((spare) => spare.length >= whole.length);
    this.#spare.splice(index < 0 ? this.#spare.length : index, 0, whole);
    // The large ones serve everybody.
    if (this.#spare.length > sparesMax) this.#spare.shift();
  }
}

const bytesMin = 16 * 1024;
/** Larger ones are not kept. */
const bytesMax = 8 * 1024 * 1024;
const sparesMax = 8;
