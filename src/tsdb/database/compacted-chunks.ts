import { SampleBuffer } from "#series";
import type { TimedChunk } from "../block/block.ts";
import { encodeSamples } from "../head/encode-samples.ts";
import { type Piece, PieceSource } from "../query/piece.ts";

/**
 * The chunks of a series for a block. Chunks that stand alone are taken as they are; where pieces
 * overlap or are cut, their samples are compressed anew.
 */
export function compactedChunks(pieces: readonly Piece[]): readonly TimedChunk[] {
  const chunks: TimedChunk[] = [];
  for (const cluster of clustersOf(pieces)) {
    const [only] = cluster;
    if (cluster.length === 1 && only?.whole !== undefined) {
      chunks.push({ minMs: only.minMs, maxMs: only.maxMs, chunk: only.whole });
      continue;
    }
    const samples = new SampleBuffer();
    const everything = Number.POSITIVE_INFINITY;
    new PieceSource([], cluster).read(samples, -everything, everything);
    chunks.push(...encodeSamples(samples));
  }
  return chunks;
}

/** Groups pieces, sorted by their beginning, that overlap in a chain. */
function clustersOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const clusters: Piece[][] = [];
  let reachMs = Number.NEGATIVE_INFINITY;
  for (const piece of pieces) {
    const last = clusters.at(-1);
    if (last === undefined || piece.minMs > reachMs) clusters.push([piece]);
    else last.push(piece);
    reachMs = Math.max(reachMs, piece.maxMs);
  }
  return clusters;
}
