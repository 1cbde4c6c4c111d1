import { type AppendFile, crc32c, type Disk, type ReadFile } from "#base";
import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { FormatError } from "../bytes/format-error.ts";
import type { Chunk } from "../chunk/chunk.ts";
import { encodingNumber, encodingNumbered } from "../chunk/decode-chunk.ts";
import type { ChunkMeta, TimedChunk } from "./block.ts";
import { BlockError } from "./block-error.ts";
import { checked, type ItemFile, type ItemForm, readItems } from "./read-items.ts";

const magic = 0x85bd40dd;
const version = 1;
const headerBytes = 8;
const checksumBytes = 4;
/** A length takes up to five bytes, an encoding one. */
const lengthBytesMax = 5;
const flushBytes = 1024 * 1024;

/** No chunk file is longer. */
export const chunkFileBytesMax = 512 * 1024 * 1024;

/** The name of the chunk file with a number from 0 on. */
function chunkFileName(file: number): string {
  return String(file + 1).padStart(6, "0");
}

/** Writes chunks one after another into numbered files of a directory. */
export class ChunkFileWriter implements AsyncDisposable {
  readonly #disk: Pick<Disk, "openAppend">;
  readonly #directory: string;
  readonly #fileBytesMax: number;
  readonly #out = new ByteWriter(flushBytes + 64 * 1024);
  #file: AppendFile | undefined = undefined;
  #number = -1;
  #flushed = 0;

  constructor(disk: Pick<Disk, "openAppend">, directory: string, fileBytesMax: number) {
    this.#disk = disk;
    this.#directory = directory;
    this.#fileBytesMax = fileBytesMax;
  }

  /** Writes a chunk and tells where it is. */
  async write({ minMs, maxMs, chunk }: TimedChunk): Promise<ChunkMeta> {
    const length = lengthBytesMax + 1 + chunk.bytes.length + checksumBytes;
    if (this.#file === undefined || this.#at + length > this.#fileBytesMax) await this.#next();
    const offset = this.#at;
    this.#out.uvarint(chunk.bytes.length);
    const content = this.#out.length;
    this.#out.byte(encodingNumber(chunk.encoding));
    this.#out.bytes(chunk.bytes);
    this.#out.uint32(crc32c(this.#out.view().subarray(content)));
    if (this.#out.length >= flushBytes) await this.#flush();
    return { minMs, maxMs, file: this.#number, offset };
  }

  /** Makes what is written survive a power cut. */
  async finish(): Promise<void> {
    if (this.#file === undefined) return;
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    this.#file = undefined;
  }

  /** Closes what is open; what was written last may be lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  get #at(): number {
    return this.#flushed + this.#out.length;
  }

  async #next(): Promise<void> {
    await this.finish();
    this.#number++;
    this.#file = await this.#disk.openAppend(`${this.#directory}/${chunkFileName(this.#number)}`);
    this.#flushed = 0;
    this.#out.uint32(magic);
    this.#out.byte(version);
    for (let index = 5; index < headerBytes; index++) this.#out.byte(0);
  }

  async #flush(): Promise<void> {
    await this.#file?.write(this.#out.view());
    this.#flushed += this.#out.length;
    this.#out.clear();
  }
}

/** The chunk files of a block, held open. */
export class ChunkFiles implements AsyncDisposable {
  readonly #files: readonly (ItemFile & { readonly file: ReadFile })[];

  constructor(files: readonly (ItemFile & { readonly file: ReadFile })[]) {
    this.#files = files;
  }

  get bytes(): number {
    return this.#files.reduce((sum, { file }) => sum + file.bytes, 0);
  }

  /** The chunks in the order of `metas`; those that follow each other on disk are read together. */
  async read(metas: readonly ChunkMeta[]): Promise<readonly Chunk[]> {
    const chunks: Chunk[] = [];
    for (let from = 0; from < metas.length; ) {
      const to = endOfRun(metas, from);
      const run = metas.slice(from, to);
      const source = this.#files[run[0]?.file ?? -1];
      if (source === undefined) throw new BlockError("chunks", `no file ${run[0]?.file}`);
      const offsets = run.map(({ offset }) => offset);
      await readItems(source, offsets, chunkForm, (item) => chunks.push(decodeItem(item)));
      from = to;
    }
    return chunks;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { file } of this.#files) await file.close();
  }
}

/** Opens all chunk files of a directory. Throws `BlockError`. */
export async function openChunkFiles(
  disk: Pick<Disk, "listDirectory" | "openRead">,
  directory: string,
): Promise<ChunkFiles> {
  await using opened = new AsyncDisposableStack();
  const names = (await disk.listDirectory(directory)).filter((name) => /^\d+$/.test(name));
  const files: (ItemFile & { readonly file: ReadFile })[] = [];
  for (const [index, name] of names.entries()) {
    const path = `${directory}/${name}`;
    if (name !== chunkFileName(index)) throw new BlockError(path, "an earlier file is missing");
    const file = opened.use(await disk.openRead(path));
    const header = await file.read(0, headerBytes);
    checked({ path }, () => checkHeader(header));
    files.push({ path, file });
  }
  opened.move();
  return new ChunkFiles(files);
}

const chunkForm: ItemForm = {
  bytesExpected: 2048,
  headerBytesMax: lengthBytesMax,
  measure: (bytes) => {
    const reader = new ByteReader(bytes);
    const length = reader.uvarint();
    return reader.at + 1 + length + checksumBytes;
  },
};

function decodeItem(item: Uint8Array): Chunk {
  const reader = new ByteReader(item);
  const length = reader.uvarint();
  const content = reader.bytes(1 + length);
  if (reader.uint32() !== crc32c(content)) throw new FormatError("chunk has an invalid checksum");
  return { encoding: encodingNumbered(content[0] ?? 0), bytes: content.subarray(1) };
}

/** Where the run of ascending places in one file ends that begins at `from`. */
function endOfRun(metas: readonly ChunkMeta[], from: number): number {
  let to = from + 1;
  for (; to < metas.length; to++) {
    const last = metas[to - 1];
    const next = metas[to];
    if (last === undefined || next === undefined) break;
    if (next.file !== last.file || next.offset <= last.offset) break;
  }
  return to;
}

function checkHeader(header: Uint8Array): void {
  const reader = new ByteReader(header);
  const found = reader.uint32();
  if (found !== magic) throw new FormatError(`invalid magic number ${found.toString(16)}`);
  if (reader.byte() !== version) throw new FormatError("invalid chunk format version");
}
