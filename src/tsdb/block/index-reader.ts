import { compareText, crc32c, type ReadFile } from "#base";
import { ByteReader } from "../bytes/byte-reader.ts";
import { FormatError } from "../bytes/format-error.ts";
import { mergePostings, noPostings, type Postings } from "../postings.ts";
import type { BlockSeries } from "./block.ts";
import { BlockError } from "./block-error.ts";
import {
  allLabel,
  contentsBytes,
  indexHeaderBytes,
  indexMagic,
  indexVersion,
  seriesAlignment,
} from "./index-format.ts";
import { decodeTableRows, PostingsTable, type TableRow, type TableSpan } from "./postings-table.ts";
import { checked, type ItemFile, type ItemForm, readItems } from "./read-items.ts";
import { decodeSeries } from "./series-entry.ts";
import { Symbols } from "./symbols.ts";

const lengthBytes = 4;
const checksumBytes = 4;

/** Reads the index of a block. Throws `BlockError`. */
export async function openIndex(path: string, file: ReadFile): Promise<IndexReader> {
  const source = { path, file };
  const header = await file.read(0, indexHeaderBytes);
  checked(source, () => checkHeader(header));
  const end = await file.read(Math.max(0, file.bytes - contentsBytes), contentsBytes);
  const contents = checked(source, () => decodeContents(end));
  const symbols = await readSection(source, contents.symbols);
  const table = await readSection(source, contents.postingsTable);
  return checked(
    source,
    () =>
      new IndexReader(source, {
        symbols: new Symbols(symbols),
        table: new PostingsTable(table),
        tablePlace: contents.postingsTable + lengthBytes,
      }),
  );
}

interface IndexParts {
  readonly symbols: Symbols;
  readonly table: PostingsTable;
  /** Where the table's content begins in the file. */
  readonly tablePlace: number;
}

export class IndexReader {
  readonly #source: ItemFile;
  readonly #parts: IndexParts;

  constructor(source: ItemFile, parts: IndexParts) {
    this.#source = source;
    this.#parts = parts;
  }

  /** Bytes of the symbols. */
  get symbolBytes(): number {
    return this.#parts.symbols.byteLength;
  }

  labelNames(): readonly string[] {
    return this.#parts.table.names;
  }

  async labelValues(name: string): Promise<readonly string[]> {
    const span = name === allLabel ? undefined : this.#parts.table.findSpan(name);
    if (span === undefined) return [];
    return (await this.#readRows(span)).map(({ value }) => value);
  }

  allPostings(): Promise<Postings> {
    return this.#postings(allLabel, [allLabel]);
  }

  async postings(name: string, values: readonly string[]): Promise<Postings> {
    return name === allLabel ? noPostings : await this.#postings(name, values);
  }

  async series(refs: Postings): Promise<readonly BlockSeries[]> {
    const series: BlockSeries[] = [];
    const offsets = Float64Array.from(refs, (ref) => ref * seriesAlignment);
    await readItems(this.#source, offsets, seriesForm, (item) => {
      series.push(decodeSeries(seriesContent(item), this.#parts.symbols));
    });
    return series;
  }

  async #postings(name: string, values: readonly string[]): Promise<Postings> {
    const wanted = new Set(values);
    const places: number[] = [];
    for (const span of this.#parts.table.spansOf(name, [...wanted].sort(compareText))) {
      const rows = await this.#readRows(span);
      places.push(...rows.filter(({ value }) => wanted.has(value)).map(({ place }) => place));
    }
    const lists: Postings[] = [];
    const ascending = places.sort((left, right) => left - right);
    await readItems(this.#source, ascending, postingsForm, (item) => {
      lists.push(decodePostings(item));
    });
    return mergePostings(lists);
  }

  async #readRows({ start, end }: TableSpan): Promise<readonly TableRow[]> {
    const bytes = await this.#source.file.read(this.#parts.tablePlace + start, end - start);
    return checked(this.#source, () => decodeTableRows(bytes));
  }
}

const seriesForm: ItemForm = {
  bytesExpected: 512,
  headerBytesMax: 10,
  measure: (bytes) => {
    const reader = new ByteReader(bytes);
    const length = reader.uvarint();
    return reader.at + length + checksumBytes;
  },
};

const postingsForm: ItemForm = {
  bytesExpected: 4096,
  headerBytesMax: lengthBytes,
  measure: (bytes) => lengthBytes + new ByteReader(bytes).uint32() + checksumBytes,
};

/** What is behind the length, when the checksum is right. */
function seriesContent(item: Uint8Array): Uint8Array {
  const reader = new ByteReader(item);
  reader.uvarint();
  return checkedContent(item.subarray(reader.at));
}

function decodePostings(item: Uint8Array): Postings {
  const reader = new ByteReader(checkedContent(item.subarray(lengthBytes)));
  const count = reader.uint32();
  if (count * 4 !== reader.left) throw new FormatError(`unexpected postings length`);
  const refs = new Uint32Array(count);
  for (let index = 0; index < count; index++) refs[index] = reader.uint32();
  return refs;
}

async function readSection(source: ItemFile, place: number): Promise<Uint8Array> {
  const [first] = await readAll(source, place);
  if (first === undefined) throw new BlockError(source.path, `no section at ${place}`);
  return first;
}

async function readAll(source: ItemFile, place: number): Promise<readonly Uint8Array[]> {
  const sections: Uint8Array[] = [];
  await readItems(source, [place], postingsForm, (item) => {
    sections.push(checkedContent(item.subarray(lengthBytes)));
  });
  return sections;
}

/** What is before the checksum at the end, when it is right. */
function checkedContent(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - checksumBytes;
  const content = bytes.subarray(0, end);
  if (new ByteReader(bytes, end).uint32() !== crc32c(content)) {
    throw new FormatError("invalid checksum");
  }
  return content;
}

function checkHeader(header: Uint8Array): void {
  const reader = new ByteReader(header);
  const magic = reader.uint32();
  if (magic !== indexMagic) throw new FormatError(`invalid magic number ${magic.toString(16)}`);
  const version = reader.byte();
  if (version !== indexVersion) throw new FormatError(`unknown index file version ${version}`);
}

function decodeContents(end: Uint8Array): {
  readonly symbols: number;
  readonly postingsTable: number;
} {
  const reader = new ByteReader(checkedContent(end));
  const symbols = reader.uint64();
  for (let section = 0; section < 4; section++) reader.uint64();
  return { symbols, postingsTable: reader.uint64() };
}
