/** Histograms with float counts: every count, and the sum, is a column like float samples are. */
import type { Histogram } from "#series";
import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { countBuckets, type Spans } from "./bucket-layout.ts";
import {
  type HistogramFields,
  type HistogramFieldsReader,
  type HistogramFieldsWriter,
} from "./histogram-fields.ts";
import { countLayoutBuckets, type HistogramLayout } from "./histogram-layout.ts";
import { staleHigh, staleLow } from "./stale-words.ts";
import { XorValueReader, XorValueWriter } from "./xor-value.ts";

export class FloatFieldsWriter implements HistogramFieldsWriter {
  readonly #count = new XorValueWriter();
  readonly #zeroCount = new XorValueWriter();
  readonly #sum = new XorValueWriter();
  readonly #buckets: readonly XorValueWriter[];
  #isFirst = true;

  constructor(layout: HistogramLayout) {
    const length = countLayoutBuckets(layout);
    this.#buckets = Array.from({ length }, () => new XorValueWriter());
  }

  write(bits: BitWriter, histogram: Histogram | undefined): void {
    this.#count.set(histogram?.count ?? 0);
    this.#zeroCount.set(histogram?.zeroCount ?? 0);
    if (histogram === undefined) this.#sum.setWords(staleHigh, staleLow);
    else this.#sum.set(histogram.sum);
    this.#writeColumn(bits, this.#count);
    this.#writeColumn(bits, this.#zeroCount);
    this.#writeColumn(bits, this.#sum);
    if (histogram !== undefined) this.#writeBuckets(bits, histogram);
    this.#isFirst = false;
  }

  #writeBuckets(bits: BitWriter, histogram: Histogram): void {
    const positive = histogram.positive.bucketCounts;
    const negative = histogram.negative.bucketCounts;
    let index = 0;
    for (const column of this.#buckets) {
      column.set(positive[index] ?? negative[index - positive.length] ?? 0);
      this.#writeColumn(bits, column);
      index++;
    }
  }

  #writeColumn(bits: BitWriter, column: XorValueWriter): void {
    if (this.#isFirst) column.writeRaw(bits);
    else column.writeDelta(bits);
  }
}

export class FloatFieldsReader implements HistogramFieldsReader {
  readonly #count = new XorValueReader();
  readonly #zeroCount = new XorValueReader();
  readonly #sum = new XorValueReader();
  readonly #positive: readonly XorValueReader[];
  readonly #negative: readonly XorValueReader[];
  #isFirst = true;

  constructor(layout: HistogramLayout) {
    this.#positive = columnsOf(layout.positive);
    this.#negative = columnsOf(layout.negative);
  }

  read(bits: BitReader): HistogramFields | undefined {
    this.#readColumn(bits, this.#count);
    this.#readColumn(bits, this.#zeroCount);
    this.#readColumn(bits, this.#sum);
    const isStale = this.#sum.high === staleHigh && this.#sum.low === staleLow;
    const hasBuckets = this.#isFirst || !isStale;
    if (hasBuckets) {
      for (const column of this.#positive) this.#readColumn(bits, column);
      for (const column of this.#negative) this.#readColumn(bits, column);
    }
    this.#isFirst = false;
    if (isStale) return undefined;
    return {
      count: this.#count.value,
      zeroCount: this.#zeroCount.value,
      sum: this.#sum.value,
      positiveCounts: valuesOf(this.#positive),
      negativeCounts: valuesOf(this.#negative),
    };
  }

  #readColumn(bits: BitReader, column: XorValueReader): void {
    if (this.#isFirst) column.readRaw(bits);
    else column.readDelta(bits);
  }
}

const noCounts = new Float64Array(0);

function columnsOf(spans: Spans): readonly XorValueReader[] {
  return Array.from({ length: countBuckets(spans) }, () => new XorValueReader());
}

function valuesOf(columns: readonly XorValueReader[]): Float64Array {
  if (columns.length === 0) return noCounts;
  const values = new Float64Array(columns.length);
  let row = 0;
  for (const column of columns) values[row++] = column.value;
  return values;
}
