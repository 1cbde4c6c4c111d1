import { type AppendFile, crc32c } from "#base";
import { ByteWriter } from "../bytes/byte-writer.ts";

const flushBytes = 1024 * 1024;

/** Writes a file front to back, some at a time. */
export class SectionWriter {
  readonly out = new ByteWriter(flushBytes + 64 * 1024);
  readonly #file: AppendFile;
  #flushed = 0;

  constructor(file: AppendFile) {
    this.#file = file;
  }

  /** Where the next byte lands. */
  get at(): number {
    return this.#flushed + this.out.length;
  }

  /** Adds zeros up to a multiple of `size`. */
  align(size: number): void {
    const count = (size - (this.at % size)) % size;
    for (let index = 0; index < count; index++) this.out.byte(0);
  }

  /** Adds a length, the bytes and their checksum. */
  section(bytes: Uint8Array): void {
    this.out.uint32(bytes.length);
    this.out.bytes(bytes);
    this.out.uint32(crc32c(bytes));
  }

  /** To be called now and then, so that not everything is in memory. */
  async relieve(): Promise<void> {
    if (this.out.length >= flushBytes) await this.flush();
  }

  async flush(): Promise<void> {
    const bytes = this.out.view();
    await this.#file.write(bytes);
    this.#flushed += bytes.length;
    this.out.clear();
  }
}
