/**
 * Reading many small items of a large file in few reads.
 *
 * Items (series, postings lists, chunks) tell their own length at their beginning, and those that a
 * query needs tend to lie close together. So places near each other are read as one span, and an item
 * that turns out longer than what was read of it is read again by itself.
 */
import type { ReadFile } from "#base";
import { FormatError } from "../bytes/format-error.ts";
import { ChunkError } from "../chunk/chunk.ts";
import { BlockError } from "./block-error.ts";

export interface ItemFile {
  readonly path: string;
  readonly file: Pick<ReadFile, "read" | "bytes">;
}

export interface ItemForm {
  /** So much of an item is read at first. */
  readonly bytesExpected: number;
  /** At most so many bytes tell how long an item is. */
  readonly headerBytesMax: number;
  /** How long the item is that `bytes` begin with, header and checksum included. */
  readonly measure: (bytes: Uint8Array) => number;
}

/** A part of a file to be read at once, for the items from `from` to before `to`. */
interface ItemSpan {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** What lies between two items is read, too, when it is less than this: a read costs more. */
const gapBytesMax = 64 * 1024;
const spanBytesMax = 1024 * 1024;

/** Calls `take` with each item at `offsets`, which are ascending, in order. Throws `BlockError`. */
export async function readItems(
  source: ItemFile,
  offsets: ArrayLike<number>,
  form: ItemForm,
  take: (item: Uint8Array, index: number) => void,
): Promise<void> {
  for (const span of planSpans(offsets, form.bytesExpected)) {
    const bytes = await source.file.read(span.start, span.end - span.start);
    for (let index = span.from; index < span.to; index++) {
      const offset = offsets[index] ?? 0;
      const item =
        findItem(source, bytes.subarray(offset - span.start), offset, form) ??
        (await readItem(source, offset, form));
      checked(source, () => take(item, index));
    }
  }
}

/** The item that `bytes` begin with; undefined when they do not hold all of it. */
function findItem(
  source: ItemFile,
  bytes: Uint8Array,
  offset: number,
  form: ItemForm,
): Uint8Array | undefined {
  if (bytes.length < form.headerBytesMax) return undefined;
  const length = checked(source, () => form.measure(bytes));
  checkFits(source, offset, length);
  return length <= bytes.length ? bytes.subarray(0, length) : undefined;
}

async function readItem(source: ItemFile, offset: number, form: ItemForm): Promise<Uint8Array> {
  const header = await source.file.read(offset, form.headerBytesMax);
  const length = checked(source, () => form.measure(header));
  checkFits(source, offset, length);
  return await source.file.read(offset, length);
}

/** No room is made for what the file cannot hold. */
function checkFits({ path, file }: ItemFile, offset: number, length: number): void {
  if (length > file.bytes - offset) throw new BlockError(path, `item at ${offset} ends too late`);
}

/** Names the file that the bytes with a wrong form are from. */
export function checked<T>({ path }: Pick<ItemFile, "path">, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof FormatError || error instanceof ChunkError) {
      throw new BlockError(path, error.message);
    }
    throw error;
  }
}

/** Puts places that are near each other together. */
export function planSpans(offsets: ArrayLike<number>, bytesExpected: number): readonly ItemSpan[] {
  const spans: ItemSpan[] = [];
  let from = 0;
  for (let to = 1; to <= offsets.length; to++) {
    const start = offsets[from] ?? 0;
    const last = (offsets[to - 1] ?? 0) + bytesExpected;
    const next = offsets[to];
    const isNear =
      next !== undefined &&
      next >= start &&
      next - last < gapBytesMax &&
      next - start < spanBytesMax;
    if (isNear) continue;
    spans.push({ start, end: Math.max(last, start + bytesExpected), from, to });
    from = to;
  }
  return spans;
}
