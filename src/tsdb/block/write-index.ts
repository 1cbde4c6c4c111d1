import { type AppendFile, assert, compareText, crc32c } from "#base";
import { ByteWriter } from "../bytes/byte-writer.ts";
import {
  allLabel,
  indexHeaderBytes,
  indexMagic,
  indexVersion,
  seriesAlignment,
} from "./index-format.ts";
import { SectionWriter } from "./section-writer.ts";
import type { SeriesCollector } from "./series-collector.ts";

/** Postings lists by the order in which they are written. */
interface Label {
  readonly name: string;
  readonly value: string;
  readonly pair: number;
}

/** Where the sections of an index begin. */
interface Contents {
  readonly symbols: number;
  readonly series: number;
  readonly postings: number;
  readonly postingsTable: number;
}

/** Writes the index of what was collected. Closing the file is the caller's. */
export async function writeIndex(file: AppendFile, collector: SeriesCollector): Promise<void> {
  const writer = new SectionWriter(file);
  writer.out.uint32(indexMagic);
  writer.out.byte(indexVersion);
  const labels = sortedLabels(collector);
  const symbols = writeSymbols(writer, labels);
  const series = writer.at;
  const refs = await writeSeries(writer, collector, symbolsOfPairs(labels, symbols));
  const lists = listsOfPairs(collector, refs);
  const postings = writer.at;
  const places = await writeLists(writer, refs, labels, lists);
  const postingsTable = writer.at;
  writer.section(encodePostingsTable(labels, places));
  writeContents(writer, { symbols: indexHeaderBytes, series, postings, postingsTable });
  await writer.flush();
}

function sortedLabels(collector: SeriesCollector): readonly Label[] {
  const byText = (left: readonly [string, unknown], right: readonly [string, unknown]) =>
    compareText(left[0], right[0]);
  return [...collector.pairs]
    .sort(byText)
    .flatMap(([name, values]) =>
      [...values].sort(byText).map(([value, pair]) => ({ name, value, pair })),
    );
}

/** Writes all texts, sorted, and returns the number of each. */
function writeSymbols(writer: SectionWriter, labels: readonly Label[]): Map<string, number> {
  const texts = new Set(labels.flatMap(({ name, value }) => [name, value]));
  const sorted = [...texts].sort(compareText);
  const out = new ByteWriter();
  out.uint32(sorted.length);
  for (const text of sorted) out.text(text);
  writer.section(out.view());
  return new Map(sorted.map((text, number) => [text, number]));
}

/** For each pair the numbers of its name and of its value. */
function symbolsOfPairs(
  labels: readonly Label[],
  symbols: ReadonlyMap<string, number>,
): Uint32Array {
  const numbers = new Uint32Array(labels.length * 2);
  for (const { name, value, pair } of labels) {
    numbers[pair * 2] = symbols.get(name) ?? 0;
    numbers[pair * 2 + 1] = symbols.get(value) ?? 0;
  }
  return numbers;
}

/** Writes the series and returns their references. */
async function writeSeries(
  writer: SectionWriter,
  collector: SeriesCollector,
  symbols: Uint32Array,
): Promise<Uint32Array> {
  const refs = new Uint32Array(collector.count);
  const entry = new ByteWriter();
  let row = 0;
  for (const { pairs, chunks } of collector.series()) {
    writer.align(seriesAlignment);
    assert(writer.at / seriesAlignment < 2 ** 32, "an index holds 64 GiB of series at most");
    refs[row++] = writer.at / seriesAlignment;
    entry.clear();
    entry.uvarint(pairs.length);
    for (const pair of pairs) {
      entry.uvarint(symbols[pair * 2] ?? 0);
      entry.uvarint(symbols[pair * 2 + 1] ?? 0);
    }
    entry.bytes(chunks);
    const bytes = entry.view();
    writer.out.uvarint(bytes.length);
    writer.out.bytes(bytes);
    writer.out.uint32(crc32c(bytes));
    await writer.relieve();
  }
  return refs;
}

/** The series that have each pair: one array for all, and where in it each list begins. */
interface PairLists {
  readonly refs: Uint32Array;
  readonly starts: Uint32Array;
}

function listsOfPairs(collector: SeriesCollector, refs: Uint32Array): PairLists {
  const starts = new Uint32Array(collector.uses.length + 1);
  for (const [pair, uses] of collector.uses.entries()) {
    starts[pair + 1] = (starts[pair] ?? 0) + uses;
  }
  const lists = new Uint32Array(starts.at(-1) ?? 0);
  const ends = starts.slice();
  let row = 0;
  for (const { pairs } of collector.series()) {
    const ref = refs[row++] ?? 0;
    for (const pair of pairs) {
      const end = ends[pair] ?? 0;
      lists[end] = ref;
      ends[pair] = end + 1;
    }
  }
  return { refs: lists, starts };
}

/** Writes the list of all series and that of each label, and returns their places in this order. */
async function writeLists(
  writer: SectionWriter,
  all: Uint32Array,
  labels: readonly Label[],
  lists: PairLists,
): Promise<readonly number[]> {
  const places: number[] = [];
  const list = new ByteWriter();
  const write = async (refs: Uint32Array) => {
    writer.align(4);
    places.push(writer.at);
    list.clear();
    list.uint32(refs.length);
    for (const ref of refs) list.uint32(ref);
    writer.section(list.view());
    await writer.relieve();
  };
  await write(all);
  for (const { pair } of labels) {
    await write(lists.refs.subarray(lists.starts[pair], lists.starts[pair + 1]));
  }
  return places;
}

function encodePostingsTable(labels: readonly Label[], places: readonly number[]): Uint8Array {
  const out = new ByteWriter();
  out.uint32(places.length);
  const rows = [{ name: allLabel, value: allLabel }, ...labels];
  for (const [row, { name, value }] of rows.entries()) {
    out.uvarint(2);
    out.text(name);
    out.text(value);
    out.uvarint(places[row] ?? 0);
  }
  return out.view();
}

/** Label indices are not written any more; their table's place is that of the postings table. */
function writeContents(writer: SectionWriter, contents: Contents): void {
  const out = new ByteWriter();
  out.int64(contents.symbols);
  out.int64(contents.series);
  out.int64(contents.postings);
  out.int64(contents.postingsTable);
  out.int64(contents.postings);
  out.int64(contents.postingsTable);
  writer.out.bytes(out.view());
  writer.out.uint32(crc32c(out.view()));
}
