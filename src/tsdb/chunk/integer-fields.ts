/**
 * Histograms with integer counts: counts, and the differences of neighbouring buckets' counts, by how
 * much their change changed since the last histogram; the sum like a float sample.
 */
import type { Histogram } from "#series";
import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { countBuckets } from "./bucket-layout.ts";
import {
  type HistogramFields,
  type HistogramFieldsReader,
  type HistogramFieldsWriter,
} from "./histogram-fields.ts";
import { countLayoutBuckets, type HistogramLayout } from "./histogram-layout.ts";
import { readVarbit, readVarbitUnsigned, writeVarbit, writeVarbitUnsigned } from "./varbit.ts";
import { staleHigh, staleLow } from "./stale-words.ts";
import { XorValueReader, XorValueWriter } from "./xor-value.ts";

export class IntegerFieldsWriter implements HistogramFieldsWriter {
  readonly #sum = new XorValueWriter();
  #isFirst = true;
  #count = 0;
  #countChange = 0;
  #zeroCount = 0;
  #zeroCountChange = 0;
  #steps: Float64Array = new Float64Array(0);
  #stepChanges = new Float64Array(0);

  write(bits: BitWriter, histogram: Histogram | undefined): void {
    if (histogram === undefined) this.#sum.setWords(staleHigh, staleLow);
    else this.#sum.set(histogram.sum);
    if (this.#isFirst) this.#writeFirst(bits, histogram);
    else if (histogram === undefined) this.#writeStale(bits);
    else this.#writeNext(bits, histogram);
    this.#isFirst = false;
  }

  #writeFirst(bits: BitWriter, histogram: Histogram | undefined): void {
    this.#count = histogram?.count ?? 0;
    this.#zeroCount = histogram?.zeroCount ?? 0;
    this.#steps = histogram === undefined ? this.#steps : stepsOf(histogram);
    this.#stepChanges = new Float64Array(this.#steps.length);
    writeVarbitUnsigned(bits, this.#count);
    writeVarbitUnsigned(bits, this.#zeroCount);
    this.#sum.writeRaw(bits);
    for (const step of this.#steps) writeVarbit(bits, step);
  }

  /** Behind a stale marker only others of its kind come: no need to keep the counts. */
  #writeStale(bits: BitWriter): void {
    bits.writeBits(0, 2);
    this.#sum.writeDelta(bits);
  }

  #writeNext(bits: BitWriter, histogram: Histogram): void {
    const countChange = histogram.count - this.#count;
    const zeroCountChange = histogram.zeroCount - this.#zeroCount;
    writeVarbit(bits, countChange - this.#countChange);
    writeVarbit(bits, zeroCountChange - this.#zeroCountChange);
    this.#sum.writeDelta(bits);
    const steps = stepsOf(histogram);
    for (let index = 0; index < steps.length; index++) {
      const change = (steps[index] ?? 0) - (this.#steps[index] ?? 0);
      writeVarbit(bits, change - (this.#stepChanges[index] ?? 0));
      this.#stepChanges[index] = change;
    }
    this.#count = histogram.count;
    this.#countChange = countChange;
    this.#zeroCount = histogram.zeroCount;
    this.#zeroCountChange = zeroCountChange;
    this.#steps = steps;
  }
}

export class IntegerFieldsReader implements HistogramFieldsReader {
  readonly #sum = new XorValueReader();
  readonly #positiveCount: number;
  readonly #steps: Float64Array;
  readonly #stepChanges: Float64Array;
  #isFirst = true;
  #count = 0;
  #countChange = 0;
  #zeroCount = 0;
  #zeroCountChange = 0;

  constructor(layout: HistogramLayout) {
    this.#positiveCount = countBuckets(layout.positive);
    this.#steps = new Float64Array(countLayoutBuckets(layout));
    this.#stepChanges = new Float64Array(this.#steps.length);
  }

  read(bits: BitReader): HistogramFields | undefined {
    if (this.#isFirst) this.#readFirst(bits);
    else this.#readNext(bits);
    this.#isFirst = false;
    if (this.#isStale) return undefined;
    return {
      count: this.#count,
      zeroCount: this.#zeroCount,
      sum: this.#sum.value,
      positiveCounts: countsOf(this.#steps, 0, this.#positiveCount),
      negativeCounts: countsOf(this.#steps, this.#positiveCount, this.#steps.length),
    };
  }

  get #isStale(): boolean {
    return this.#sum.high === staleHigh && this.#sum.low === staleLow;
  }

  #readFirst(bits: BitReader): void {
    this.#count = readVarbitUnsigned(bits);
    this.#zeroCount = readVarbitUnsigned(bits);
    this.#sum.readRaw(bits);
    for (let index = 0; index < this.#steps.length; index++) this.#steps[index] = readVarbit(bits);
  }

  #readNext(bits: BitReader): void {
    this.#countChange += readVarbit(bits);
    this.#count += this.#countChange;
    this.#zeroCountChange += readVarbit(bits);
    this.#zeroCount += this.#zeroCountChange;
    this.#sum.readDelta(bits);
    if (this.#isStale) return;
    for (let index = 0; index < this.#steps.length; index++) {
      const change = (this.#stepChanges[index] ?? 0) + readVarbit(bits);
      this.#stepChanges[index] = change;
      this.#steps[index] = (this.#steps[index] ?? 0) + change;
    }
  }
}

const noCounts = new Float64Array(0);

/** What the steps from `start` to before `end` lead to. */
function countsOf(steps: Float64Array, start: number, end: number): Float64Array {
  if (start === end) return noCounts;
  const counts = new Float64Array(end - start);
  let count = 0;
  for (let index = start; index < end; index++) {
    count += steps[index] ?? 0;
    counts[index - start] = count;
  }
  return counts;
}

/** By how much each bucket's count differs from that of the one before; each side begins at 0. */
function stepsOf({ positive, negative }: Histogram): Float64Array {
  const split = positive.bucketCounts.length;
  const steps = new Float64Array(split + negative.bucketCounts.length);
  writeSteps(steps, 0, positive.bucketCounts);
  writeSteps(steps, split, negative.bucketCounts);
  return steps;
}

function writeSteps(steps: Float64Array, start: number, counts: Float64Array): void {
  let last = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? 0;
    steps[start + index] = count - last;
    last = count;
  }
}
