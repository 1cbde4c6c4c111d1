import { assert } from "#base";
import { compareLabels, type Labels, noLabels } from "#series";
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { ChunkMeta } from "./block.ts";

/**
 * The series of a block that is being written, until the index can be: it begins with all texts,
 * sorted, and so is written when the last series is known.
 *
 * A label is a number here, and a series a run of such numbers, so that a million series fit into
 * some tens of megabytes. Their chunks' places are encoded at once, as the index will have them.
 */
export class SeriesCollector {
  readonly #pairs = new Map<string, Map<string, number>>();
  /** By pair: how many series have it. */
  readonly #uses: number[] = [];
  /** Series by series: how many labels, then the pairs. */
  #labels = new Uint32Array(1024);
  #labelsLength = 0;
  readonly #chunks = new ByteWriter();
  /** Where in `#chunks` each series ends. */
  readonly #chunkEnds: number[] = [];
  #last: Labels = noLabels;

  get count(): number {
    return this.#chunkEnds.length;
  }

  /** Series come sorted by labels, chunks by time and place. */
  add(labels: Labels, chunks: readonly ChunkMeta[]): void {
    const isSorted = this.count === 0 || compareLabels(this.#last, labels) < 0;
    assert(isSorted, "series of a block come sorted by labels");
    this.#last = labels;
    this.#addLabels(labels);
    writeChunkMetas(this.#chunks, chunks);
    this.#chunkEnds.push(this.#chunks.length);
  }

  /** Every label name and the numbers of its pairs by value. */
  get pairs(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.#pairs;
  }

  /** How many series have each pair. */
  get uses(): readonly number[] {
    return this.#uses;
  }

  /** The series in order: their pairs, and their chunks as the index has them. */
  *series(): Generator<{ readonly pairs: Uint32Array; readonly chunks: Uint8Array }> {
    const chunkBytes = this.#chunks.view();
    let labelsAt = 0;
    let chunksAt = 0;
    for (const end of this.#chunkEnds) {
      const labelsEnd = labelsAt + 1 + (this.#labels[labelsAt] ?? 0);
      const pairs = this.#labels.subarray(labelsAt + 1, labelsEnd);
      yield { pairs, chunks: chunkBytes.subarray(chunksAt, end) };
      labelsAt = labelsEnd;
      chunksAt = end;
    }
  }

  #addLabels(labels: Labels): void {
    const needed = this.#labelsLength + 1 + labels.length / 2;
    if (needed > this.#labels.length) {
      const larger = new Uint32Array(Math.max(needed, this.#labels.length * 2));
      larger.set(this.#labels);
      this.#labels = larger;
    }
    this.#labels[this.#labelsLength++] = labels.length / 2;
    for (let index = 0; index < labels.length; index += 2) {
      const pair = this.#pairOf(labels[index] ?? "", labels[index + 1] ?? "");
      this.#labels[this.#labelsLength++] = pair;
      this.#uses[pair] = (this.#uses[pair] ?? 0) + 1;
    }
  }

  #pairOf(name: string, value: string): number {
    let values = this.#pairs.get(name);
    if (values === undefined) {
      values = new Map();
      this.#pairs.set(name, values);
    }
    const known = values.get(value);
    if (known !== undefined) return known;
    const pair = this.#uses.length;
    values.set(value, pair);
    this.#uses.push(0);
    return pair;
  }
}

/** Times and places, each as the distance to the one before. */
function writeChunkMetas(out: ByteWriter, chunks: readonly ChunkMeta[]): void {
  out.uvarint(chunks.length);
  let lastMs = 0;
  let lastRef = 0;
  for (const [index, { minMs, maxMs, file, offset }] of chunks.entries()) {
    const isFirst = index === 0;
    assert(isFirst || minMs > lastMs, "chunks of a series follow each other in time");
    const ref = file * 2 ** 32 + offset;
    if (isFirst) out.varint(minMs);
    else out.uvarint(minMs - lastMs);
    out.uvarint(maxMs - minMs);
    if (isFirst) out.uvarint(ref);
    else out.varint(ref - lastRef);
    lastMs = maxMs;
    lastRef = ref;
  }
}
