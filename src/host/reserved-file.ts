import { type FileHandle, open } from "node:fs/promises";

/** Space that only writes which make room may use when the disk is full. */
const reserveBytes = 2 * 1024 ** 2;
/** A file grows by at least this much at once, and by a sixteenth of its size. */
const growthBytesMin = 512 * 1024;
const zeros = new Uint8Array(growthBytesMin);

export interface Reservation {
  /** Where the file's content ends; what lies behind is reserved space. */
  readonly used: number;
  /** How much the next write may need behind that. */
  readonly bytes: number;
  readonly purpose: "grow" | "shrink";
  /** How much of the content is free for the next write; asked for when the disk is full. */
  readonly reusable: () => number;
}

/** Opens a file that another writer fills, in order to keep disk space reserved at its end. */
export async function openReservedFile(path: string): Promise<ReservedFile> {
  const file = await open(path, "r+");
  const { size } = await file.stat();
  return new ReservedFile(file, size);
}

/**
 * Invariant: what is written is written behind the end of the file, never over anything.
 *
 * Reserves space by writing zeros behind the end of a file, where its owner will overwrite them. So
 * a full disk is met here, where nothing is at stake, and not in the middle of the owner's write.
 */
export class ReservedFile {
  readonly #file: FileHandle;
  #size: number;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  get bytes(): number {
    return this.#size;
  }

  /** Throws when the space is not to be had. Nobody may write to the file meanwhile. */
  async reserve(wanted: Reservation): Promise<void> {
    const end = wanted.used + wanted.bytes + reserveBytes;
    if (this.#size >= end) return;
    try {
      await this.#grow(end + Math.max(growthBytesMin, wanted.used / 16));
    } catch (error) {
      // A part may have been written, and that part may do.
      if (this.#size >= end || this.#mayUseReserve(wanted)) return;
      throw new Error("the store's disk is full", { cause: error });
    }
  }

  #mayUseReserve({ used, bytes, purpose, reusable }: Reservation): boolean {
    const reserved = this.#size - used;
    if (purpose === "shrink") return reserved >= bytes;
    return reserved >= bytes + reserveBytes / 2 && reusable() >= bytes + reserveBytes;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Grows to `size` or a little more. */
  async #grow(size: number): Promise<void> {
    // The owner may have needed more than it said, and written there.
    this.#size = (await this.#file.stat()).size;
    while (this.#size < size) {
      const { bytesWritten } = await this.#file.write(zeros, 0, zeros.length, this.#size);
      this.#size += bytesWritten;
    }
  }
}
