import { compareLabels, type Labels, labelsOf, SampleBuffer } from "#series";
import { decodeChunk } from "../chunk/decode-chunk.ts";
import { XorEncoder } from "../chunk/xor.ts";
import type { SeriesChunks, TimedChunk } from "./block.ts";
import type { NewBlock } from "./write-block.ts";
import type { Block } from "./open-block.ts";

/** Labels by a short notation: `up job=api zone=a`. */
function labelsNoted(notation: string): Labels {
  const [name = "", ...pairs] = notation.split(" ");
  return labelsOf([
    ["__name__", name],
    ...pairs.map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  ]);
}

/** The inverse of `labelsNoted`. */
export function showLabels(labels: Labels): string {
  const parts = [labels[1] ?? ""];
  for (let at = 2; at < labels.length; at += 2) parts.push(`${labels[at]}=${labels[at + 1]}`);
  return parts.join(" ");
}

/** A chunk of samples a second apart, each with its second as value. */
function secondsChunk(from: number, count: number): TimedChunk {
  const encoder = new XorEncoder();
  for (let second = from; second < from + count; second++) {
    encoder.append(second * 1000, second, 0);
  }
  return { minMs: from * 1000, maxMs: (from + count - 1) * 1000, chunk: encoder.copy() };
}

/** Series of a block, sorted, each with as many chunks of ten seconds as `chunksOf` says. */
export function seriesOf(
  notations: readonly string[],
  chunksOf: (row: number) => number = () => 2,
): readonly SeriesChunks[] {
  return notations
    .map((notation, row) => ({
      labels: labelsNoted(notation),
      chunks: Array.from({ length: chunksOf(row) }, (_, index) => secondsChunk(index * 10, 10)),
    }))
    .sort((left, right) => compareLabels(left.labels, right.labels));
}

export function newBlockOf(parts: Partial<NewBlock> = {}): NewBlock {
  const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
  const compaction = {
    level: 1,
    sources: [ulid],
    parents: [],
    failed: false,
    deletable: false,
    hints: [],
  };
  return { ulid, minMs: 0, maxMs: 7_200_000, compaction, ...parts };
}

/** Everything in a block, a series a line: labels, then how many samples each chunk has. */
export async function showBlock(block: Block): Promise<string[]> {
  const lines: string[] = [];
  const buffer = new SampleBuffer();
  for (const { labels, chunks } of await block.series(await block.allPostings())) {
    const counts: string[] = [];
    for (const chunk of await block.chunks(chunks)) {
      buffer.clear();
      decodeChunk(chunk, buffer, -Infinity, Infinity);
      counts.push(`${buffer.count}@${buffer.timestampsMs[0]}`);
    }
    lines.push(`${showLabels(labels)} ${counts.join(" ")}`);
  }
  return lines;
}
