/**
 * The head in one file, to start again without replaying the log: columns as they are in memory,
 * in sections of some thousand series, each with a checksum.
 *
 * It is written while samples keep coming. A section is copied in one go, sections at different
 * moments; but log and chunk files are cut before the first one. What comes later is in log segments
 * from `walSegment` on, and replaying those passes over samples that a section has already. Chunks
 * completed since the cut are in the dump itself, so that files from `chunkFile` on can be dropped.
 *
 * The file ends with an index of its sections. It is written beside and renamed; a real Prometheus
 * does not look at it.
 */
import { type AppendFile, type Disk, mapConcurrent, type ReadFile } from "#base";
import type { Chunk } from "../chunk/chunk.ts";
import { encodingNumber, encodingNumbered } from "../chunk/decode-chunk.ts";
import { dumpFacts, restoreFacts } from "./dump-facts.ts";
import { dumpLabels, restoreLabels } from "./dump-labels.ts";
import { dumpRows, restoreRows, type UnfiledChunk } from "./dump-rows.ts";
import type { Head } from "./head.ts";
import type { ChunkSink } from "./head-memory.ts";
import { checksum, pack, unpack } from "./pack.ts";
import { OutOfOrderSeries } from "./out-of-order.ts";

/** Where everything stood when the dump was begun. */
export interface DumpMarks {
  /** The first segment of the log to replay after reading the dump. */
  readonly walSegment: number;
  /** The first head chunk file that the dump does not count on. */
  readonly chunkFile: number;
  /** The files before it that it does count on: number and length. */
  readonly chunkFiles: readonly (readonly [number, number])[];
}

export type DumpDisk = Pick<
  Disk,
  "openAppend" | "openRead" | "findFacts" | "remove" | "rename" | "syncDirectory"
>;

/** Writes a dump to `path`; the one that was there stays until it is done. */
export async function writeHeadDump(
  disk: DumpDisk,
  path: string,
  head: Head,
  options: {
    readonly marks: DumpMarks;
    /** Reads completed chunks from files or from what is still to be written. */
    readonly readChunks: (places: readonly number[]) => Promise<readonly Chunk[]>;
  },
): Promise<number> {
  const temporary = `${path}.tmp`;
  await disk.remove(temporary);
  await using file = await disk.openAppend(temporary);
  const writer = new SectionWriter(file);
  const unfiled: UnfiledChunk[] = [];
  const placeEnd = options.marks.chunkFile * 2 ** 32;
  const { memory } = head;
  for (let from = 0; from < memory.series.count; from += rowsPerSection) {
    const to = Math.min(from + rowsPerSection, memory.series.count);
    await writer.add("rows", dumpRows(memory, { from, to }, placeEnd, unfiled));
  }
  await writer.add("labels", dumpLabels(memory.series.pairs));
  const places = unfiled.map(({ completed }) => completed.place);
  const chunks = await options.readChunks(places);
  await writer.add("unfiled", dumpUnfiled(unfiled, chunks));
  await writer.add("late", dumpLate(head, placeEnd));
  await writer.add("facts", dumpFacts(head));
  const bytes = await writer.finish(options.marks);
  await file.sync();
  await disk.rename(temporary, path);
  await disk.syncDirectory(path.slice(0, path.lastIndexOf("/")));
  return bytes;
}

/** Reads where things stood; undefined when there is no dump, or none that can be read. */
export async function readDumpMarks(disk: DumpDisk, path: string): Promise<DumpMarks | undefined> {
  if ((await disk.findFacts(path)) === undefined) return undefined;
  await using file = await disk.openRead(path);
  return (await readIndex(file))?.marks;
}

/** Fills an empty head from a dump. False when it is damaged: the head is then to be thrown away. */
export async function restoreHeadDump(
  disk: DumpDisk,
  path: string,
  head: Head,
  sink: ChunkSink,
): Promise<boolean> {
  await using file = await disk.openRead(path);
  const index = await readIndex(file);
  if (index === undefined) return false;
  const { memory } = head;
  const byKind = (kind: SectionKind) =>
    index.sections.filter((section) => section.kind === kindNumber(kind));
  const labels = await readOne(file, byKind("labels"));
  if (labels === undefined) return false;
  restoreLabels(memory.series.pairs, unpack(labels));
  memory.series.reserve(index.seriesCount, index.pairCount);
  for (const group of groupsOf(byKind("rows"), sectionsAtOnce)) {
    const sections = await mapConcurrent(group, group.length, (entry) => readSection(file, entry));
    for (const bytes of sections) {
      if (bytes === undefined) return false;
      restoreRows(memory, unpack(bytes));
    }
  }
  memory.series.adoptRows(index.seriesCount);
  const rest = await mapConcurrent(["unfiled", "late", "facts"] as const, 3, (kind) =>
    readOne(file, byKind(kind)),
  );
  const [unfiled, late, facts] = rest;
  if (unfiled === undefined || late === undefined || facts === undefined) return false;
  restoreUnfiled(head, unfiled, sink);
  restoreLate(head, late);
  restoreFacts(head, unpack(facts));
  return true;
}

const rowsPerSection = 8192;
const sectionsAtOnce = 4;
const magic = 0x64484857;
const version = 1;
const trailerBytes = 24;
const sectionKinds = ["rows", "labels", "unfiled", "late", "facts"] as const;

type SectionKind = (typeof sectionKinds)[number];

interface SectionEntry {
  readonly kind: number;
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

interface DumpIndex {
  readonly marks: DumpMarks;
  readonly seriesCount: number;
  /** Label pairs of all series together. */
  readonly pairCount: number;
  readonly sections: readonly SectionEntry[];
}

class SectionWriter {
  readonly #file: AppendFile;
  readonly #entries: SectionEntry[] = [];
  #offset = 0;
  #rows = 0;
  #pairs = 0;

  constructor(file: AppendFile) {
    this.#file = file;
  }

  async add(kind: SectionKind, bytes: Uint8Array): Promise<void> {
    const entry = { kind: kindNumber(kind), offset: this.#offset, length: bytes.length };
    this.#entries.push({ ...entry, checksum: checksum(bytes) });
    if (kind === "rows") {
      const rows = unpack(bytes);
      this.#rows = rows.words(0)[1] ?? 0;
      this.#pairs += rows.words(8).length;
    }
    this.#offset += bytes.length;
    await this.#file.write(bytes);
  }

  /** Writes the index and where it is; gives the length of the file. */
  async finish(marks: DumpMarks): Promise<number> {
    const index = pack([
      Float64Array.of(this.#rows, this.#pairs, marks.walSegment, marks.chunkFile),
      Float64Array.from(marks.chunkFiles.flat()),
      Float64Array.from(
        this.#entries.flatMap(({ kind, offset, length }) => [kind, offset, length]),
      ),
      Uint32Array.from(this.#entries, (entry) => entry.checksum),
    ]);
    const trailer = new Uint8Array(trailerBytes);
    new Float64Array(trailer.buffer, 0, 1)[0] = this.#offset;
    new Uint32Array(trailer.buffer, 8).set([index.length, checksum(index), version, magic]);
    await this.#file.write(index);
    await this.#file.write(trailer);
    return this.#offset + index.length + trailerBytes;
  }
}

async function readIndex(file: ReadFile): Promise<DumpIndex | undefined> {
  const trailer = alignedBytes(await file.read(file.bytes - trailerBytes, trailerBytes));
  if (trailer.length !== trailerBytes) return undefined;
  const words = new Uint32Array(trailer.buffer, trailer.byteOffset + 8, 4);
  if (words[3] !== magic || words[2] !== version) return undefined;
  const offset = new Float64Array(trailer.buffer, trailer.byteOffset, 1)[0] ?? 0;
  const bytes = alignedBytes(await file.read(offset, words[0] ?? 0));
  if (bytes.length !== words[0] || checksum(bytes) !== words[1]) return undefined;
  const index = unpack(bytes);
  const [seriesCount = 0, pairCount = 0, walSegment = 0, chunkFile = 0] = index.doubles(0);
  const files = index.doubles(1);
  const chunkFiles = Array.from(
    { length: files.length / 2 },
    (_, at) => [files[at * 2] ?? 0, files[at * 2 + 1] ?? 0] as const,
  );
  const places = index.doubles(2);
  const sections = Array.from(index.words(3), (sum, at) => ({
    kind: places[at * 3] ?? 0,
    offset: places[at * 3 + 1] ?? 0,
    length: places[at * 3 + 2] ?? 0,
    checksum: sum,
  }));
  return { marks: { walSegment, chunkFile, chunkFiles }, seriesCount, pairCount, sections };
}

async function readSection(file: ReadFile, entry: SectionEntry): Promise<Uint8Array | undefined> {
  const bytes = alignedBytes(await file.read(entry.offset, entry.length));
  return bytes.length === entry.length && checksum(bytes) === entry.checksum ? bytes : undefined;
}

async function readOne(
  file: ReadFile,
  entries: readonly SectionEntry[],
): Promise<Uint8Array | undefined> {
  const [entry] = entries;
  return entry === undefined ? undefined : readSection(file, entry);
}

/** Typed arrays need their bytes to begin at a multiple of their size. */
function alignedBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}

function dumpUnfiled(
  unfiled: readonly UnfiledChunk[],
  chunks: readonly Chunk[],
): Uint8Array<ArrayBuffer> {
  return pack([
    Float64Array.from(
      unfiled.flatMap(({ ref, completed }) => [
        ref,
        completed.minMs,
        completed.maxMs,
        completed.sampleCount,
      ]),
    ),
    Uint8Array.from(chunks, (chunk) => encodingNumber(chunk.encoding)),
    ...chunks.map((chunk) => chunk.bytes),
  ]);
}

function restoreUnfiled(head: Head, section: Uint8Array, sink: ChunkSink): void {
  const { series, completed } = head.memory;
  const dump = unpack(section);
  const facts = dump.doubles(0);
  const found = [...dump.bytes(1)].map((number, index) => {
    const [ref = 0, minMs = 0, maxMs = 0, sampleCount = 0] = facts.subarray(index * 4);
    const bytes = dump.bytes(index + 2).slice();
    return { ref, minMs, maxMs, sampleCount, chunk: { encoding: encodingNumbered(number), bytes } };
  });
  found.sort((left, right) => left.minMs - right.minMs);
  for (const { ref, minMs, maxMs, sampleCount, chunk } of found) {
    const slot = series.slotOf(ref);
    if (slot < 0) continue;
    const place = sink.add({ ref, minMs, maxMs, chunk, isOutOfOrder: false });
    const entry = { minMs, maxMs, sampleCount, encoding: chunk.encoding, place };
    series.completed[slot] = completed.add(entry, series.completed[slot] ?? 0);
  }
}

/** The chunks of samples out of order; samples that are in none are in their log. */
function dumpLate(head: Head, placeEnd: number): Uint8Array<ArrayBuffer> {
  const rows = [...head.memory.outOfOrder].flatMap(([ref, { chunks }]) =>
    chunks
      .filter((chunk) => chunk.place < placeEnd)
      .flatMap(({ minMs, maxMs, sampleCount, place, encoding }) => [
        ref,
        minMs,
        maxMs,
        sampleCount,
        place,
        encodingNumber(encoding),
      ]),
  );
  return pack([Float64Array.from(rows)]);
}

function restoreLate(head: Head, section: Uint8Array): void {
  const { memory } = head;
  const rows = unpack(section).doubles(0);
  for (let at = 0; at < rows.length; at += 6) {
    const [ref = 0, minMs = 0, maxMs = 0, sampleCount = 0, place = 0, number = 0] =
      rows.subarray(at);
    const late = memory.outOfOrder.get(ref) ?? new OutOfOrderSeries();
    memory.outOfOrder.set(ref, late);
    late.chunks.push({ minMs, maxMs, sampleCount, place, encoding: encodingNumbered(number) });
    memory.includeOutOfOrder(minMs, maxMs);
  }
}

function groupsOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, group) =>
    items.slice(group * size, (group + 1) * size),
  );
}

function kindNumber(kind: SectionKind): number {
  return sectionKinds.indexOf(kind);
}
