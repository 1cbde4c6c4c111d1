import { ByteReader } from "../bytes/byte-reader.ts";
import type { BlockSeries, ChunkMeta } from "./block.ts";
import type { Symbols } from "./symbols.ts";

const two32 = 2 ** 32;

/** Reads a series as the index has it, without length and checksum. Throws `FormatError`. */
export function decodeSeries(content: Uint8Array, symbols: Symbols): BlockSeries {
  const reader = new ByteReader(content);
  const labelCount = reader.count(2);
  const labels: string[] = [];
  for (let index = 0; index < labelCount * 2; index++) labels.push(symbols.text(reader.uvarint()));
  return { labels, chunks: decodeChunkMetas(reader) };
}

/** Times and places, each as the distance to the one before. */
function decodeChunkMetas(reader: ByteReader): readonly ChunkMeta[] {
  const chunkCount = reader.count(3);
  const chunks: ChunkMeta[] = [];
  let lastMs = 0;
  let ref = 0;
  for (let index = 0; index < chunkCount; index++) {
    const minMs = index === 0 ? reader.varint() : lastMs + reader.uvarint();
    const maxMs = minMs + reader.uvarint();
    ref = index === 0 ? reader.uvarint() : ref + reader.varint();
    chunks.push({ minMs, maxMs, file: Math.floor(ref / two32), offset: ref % two32 });
    lastMs = maxMs;
  }
  return chunks;
}
