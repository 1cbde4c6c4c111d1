/**
 * Where in an index the postings list of each label is.
 *
 * The table is sorted by name and value and may be large, so only every 32nd of a name's values is
 * kept, and the last one: the values between are read when one of them is asked for.
 */
import { compareText } from "#base";
import { ByteReader } from "../bytes/byte-reader.ts";
import { FormatError } from "../bytes/format-error.ts";

const valuesPerSample = 32;

/** A part of the table's content, from byte to byte. */
export interface TableSpan {
  readonly start: number;
  readonly end: number;
}

/** A row of the table. */
export interface TableRow {
  readonly value: string;
  /** Where the list begins in the file. */
  readonly place: number;
}

interface Sample {
  readonly value: string;
  readonly start: number;
}

interface NameRows {
  readonly samples: readonly Sample[];
  readonly end: number;
}

export class PostingsTable {
  readonly #names: ReadonlyMap<string, NameRows>;

  /** `content` is that of the table's section. Throws `FormatError`. */
  constructor(content: Uint8Array) {
    this.#names = sampleRows(content);
  }

  /** Sorted; without the name of the list of all series. */
  get names(): readonly string[] {
    return [...this.#names.keys()].filter((name) => name !== "");
  }

  /** Where the rows of all values of a name are. */
  findSpan(name: string): TableSpan | undefined {
    const rows = this.#names.get(name);
    const first = rows?.samples[0];
    return rows === undefined || first === undefined
      ? undefined
      : { start: first.start, end: rows.end };
  }

  /** Where the rows of some values are, if they exist; `values` are sorted. Spans do not overlap. */
  spansOf(name: string, values: readonly string[]): readonly TableSpan[] {
    const rows = this.#names.get(name);
    if (rows === undefined) return [];
    const spans: TableSpan[] = [];
    for (const value of values) {
      const index = lastNotAfter(rows.samples, value);
      const start = rows.samples[index]?.start;
      if (start === undefined || start === spans.at(-1)?.start) continue;
      spans.push({ start, end: rows.samples[index + 1]?.start ?? rows.end });
    }
    return spans;
  }
}

/** The rows in a part of the table. Throws `FormatError`. */
export function decodeTableRows(bytes: Uint8Array): readonly TableRow[] {
  const reader = new ByteReader(bytes);
  const rows: TableRow[] = [];
  while (reader.left > 0) {
    checkKeyCount(reader);
    reader.bytes(reader.uvarint());
    const value = reader.text();
    rows.push({ value, place: reader.uvarint() });
  }
  return rows;
}

function sampleRows(content: Uint8Array): ReadonlyMap<string, NameRows> {
  const reader = new ByteReader(content);
  const count = reader.uint32();
  const names = new Map<string, { readonly samples: Sample[]; end: number }>();
  let name = "";
  let nameBytes = new Uint8Array(0);
  let row = 0;
  for (let index = 0; index < count; index++) {
    const start = reader.at;
    checkKeyCount(reader);
    const bytes = reader.bytes(reader.uvarint());
    if (index === 0 || !equalBytes(bytes, nameBytes)) {
      nameBytes = bytes.slice();
      name = new TextDecoder().decode(bytes);
      row = 0;
    }
    const rows = names.get(name) ?? { samples: [], end: 0 };
    names.set(name, rows);
    if (row++ % valuesPerSample === 0) rows.samples.push({ value: reader.text(), start });
    else reader.bytes(reader.uvarint());
    reader.uvarint();
    rows.end = reader.at;
  }
  return names;
}

function checkKeyCount(reader: ByteReader): void {
  const keys = reader.uvarint();
  if (keys !== 2) throw new FormatError(`unexpected key length for posting table ${keys}`);
}

/** The index of the last sample whose value is not after `value`; -1 when there is none. */
function lastNotAfter(samples: readonly Sample[], value: string): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(samples[middle]?.value ?? "", value) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
