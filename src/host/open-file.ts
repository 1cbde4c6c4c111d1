import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type AppendFile, assert, type FixedFile, type ReadFile } from "#base";

export async function openAppend(path: string, mode: number): Promise<AppendFile> {
  const file = await open(path, "a", mode);
  try {
    return new OpenAppendFile(file, (await file.stat()).size);
  } catch (error) {
    await file.close();
    throw error;
  }
}

export async function openRead(path: string): Promise<ReadFile> {
  const file = await open(path, "r");
  try {
    return new OpenReadFile(file, (await file.stat()).size);
  } catch (error) {
    await file.close();
    throw error;
  }
}

export async function openFixed(path: string, bytes: number, mode: number): Promise<FixedFile> {
  const file = await open(path, "w+", mode);
  try {
    await file.truncate(bytes);
  } catch (error) {
    await file.close();
    throw error;
  }
  const close = () => file.close();
  return {
    write(offset, written) {
      assert(offset + written.length <= bytes, "writes stay inside the file");
      writeSync(file.fd, written, 0, written.length, offset);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

class OpenAppendFile implements AppendFile {
  readonly #file: FileHandle;
  #bytes: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: FileHandle, bytes: number) {
    this.#file = file;
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length;
    return this.#inTurn(async () => {
      let written = 0;
      while (written < bytes.length) {
        written += (await this.#file.write(bytes, written)).bytesWritten;
      }
    });
  }

  sync(): Promise<void> {
    return this.#inTurn(() => this.#file.datasync());
  }

  truncate(bytes: number): Promise<void> {
    this.#bytes = bytes;
    return this.#inTurn(() => this.#file.truncate(bytes));
  }

  async close(): Promise<void> {
    // Who called for what is under way has its outcome; closing only waits for the end of it.
    await this.#last;
    await this.#file.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One system call at a time: their order on the file is the order of the calls here. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

class OpenReadFile implements ReadFile {
  readonly bytes: number;
  readonly #file: FileHandle;

  constructor(file: FileHandle, bytes: number) {
    this.#file = file;
    this.bytes = bytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let count = 0;
    while (count < length) {
      const { bytesRead } = await this.#file.read(bytes, count, length - count, offset + count);
      if (bytesRead === 0) break;
      count += bytesRead;
    }
    return bytes.subarray(0, count);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
