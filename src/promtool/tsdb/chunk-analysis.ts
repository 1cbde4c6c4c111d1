import { SampleBuffer } from "#series";
import { type Block, type BlockSeries, type Chunk, countSamples, decodeChunk } from "#tsdb";

/** How full the chunks of a block are, as histograms made of characters. */
export async function formatChunkAnalysis(
  block: Block,
  series: readonly BlockSeries[],
): Promise<string> {
  const figures = new ChunkFigures();
  for (const { chunks } of series) {
    for (const chunk of await block.chunks(chunks)) figures.add(chunk);
  }
  return `\nCompaction analysis:\n\n${figures.format()}`;
}

class ChunkFigures {
  #total = 0;
  readonly #floatSamples: number[] = [];
  readonly #floatBytes: number[] = [];
  readonly #histogramSamples: number[] = [];
  readonly #histogramBytes: number[] = [];
  readonly #buckets: number[] = [];

  add(chunk: Chunk): void {
    this.#total++;
    const samples = countSamples(chunk);
    if (chunk.encoding === "xor" || chunk.encoding === "xor2") {
      this.#floatSamples.push(samples);
      this.#floatBytes.push(chunk.bytes.length);
      return;
    }
    this.#histogramSamples.push(samples);
    this.#histogramBytes.push(chunk.bytes.length);
    this.#buckets.push(countBuckets(chunk));
  }

  format(): string {
    const lists: readonly (readonly [string, readonly number[]])[] = [
      ["samples per float chunk", this.#floatSamples],
      ["bytes per float chunk", this.#floatBytes],
      ["samples per histogram chunk", this.#histogramSamples],
      ["bytes per histogram chunk", this.#histogramBytes],
      ["buckets per histogram chunk", this.#buckets],
    ];
    return lists.map(([title, figures]) => formatFigures(title, figures, this.#total)).join("");
  }
}

function countBuckets(chunk: Chunk): number {
  const buffer = new SampleBuffer();
  decodeChunk(chunk, buffer, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return (buffer.histograms ?? [])
    .slice(0, buffer.count)
    .reduce((sum, histogram) => sum + bucketCount(histogram), 0);
}

function bucketCount(histogram: NonNullable<SampleBuffer["histograms"]>[number]): number {
  if (histogram === undefined) return 0;
  const { positive, negative } = histogram;
  return positive.bucketCounts.length + negative.bucketCounts.length;
}

/** One line for each range of figures: how many there are, and a bar of their part of `total`. */
function formatFigures(title: string, figures: readonly number[], total: number): string {
  if (figures.length === 0) return `${title}: N/A\n\n`;
  const sorted = [...figures].sort((left, right) => left - right);
  const [least = 0] = sorted;
  const most = sorted.at(-1) ?? 0;
  const { start, end, step } = rangesOf(least, most);
  const counts = Array.from({ length: (end - start) / step + 1 }, () => 0);
  for (const figure of sorted) {
    const index = Math.floor((figure - start) / step);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const average = Math.trunc(sorted.reduce((sum, one) => sum + one, 0) / sorted.length);
  const widths = {
    left: String(end).length,
    right: String(end + step).length,
    count: String(Math.max(...counts)).length,
  };
  const lines = counts.map((count, index) => {
    const from = String(index * step + start + 1).padStart(widths.left);
    const to = String((index + 1) * step + start).padStart(widths.right);
    const bar = "#".repeat(Math.trunc((100 * count) / total));
    return `[${from}, ${to}]: ${String(count).padStart(widths.count)} ${bar}\n`;
  });
  return `${title} (min/avg/max): ${least}/${average}/${most}\n${lines.join("")}\n`;
}

function rangesOf(least: number, most: number) {
  const wanted = Math.trunc((most - least) / 10);
  let step = 10;
  while (step < wanted && step <= 10_000) step *= 10;
  return { start: least - (least % step), end: most - (most % step) + step, step };
}
