import { compareText } from "#base";
import type { LabelMatcher, SelectHints } from "#series";
import type { BlockSeries, ChunkMeta } from "../block/block.ts";
import type { Block } from "../block/open-block.ts";
import {
  intersectPostings,
  mergePostings,
  noPostings,
  type Postings,
  withoutPostings,
} from "../postings.ts";
import { type Lookup, planLookups } from "./lookup.ts";
import { ChunkPiece, PieceSource, type TimeRange } from "./piece.ts";

/** Reads a block for a query of a time range. The block stays open until the reader's owner lets go. */
export class BlockReader {
  readonly #block: Block;
  readonly #range: TimeRange;
  readonly #deletions: ReadonlyMap<number, readonly TimeRange[]>;

  constructor(block: Block, range: TimeRange) {
    this.#block = block;
    // A block's end is not in it.
    this.#range = {
      minMs: Math.max(range.minMs, block.meta.minMs),
      maxMs: Math.min(range.maxMs, block.meta.maxMs - 1),
    };
    this.#deletions = deletionsOf(block);
  }

  /** The series that match and have samples in the range, sorted by labels. */
  async select(
    matchers: readonly LabelMatcher[],
    hints: SelectHints,
  ): Promise<readonly PieceSource[]> {
    const range = {
      minMs: Math.max(hints.minMs, this.#range.minMs),
      maxMs: Math.min(hints.maxMs, this.#range.maxMs),
    };
    if (range.minMs > range.maxMs) return [];
    const refs = await selectRefs(this.#block, matchers);
    const sources = await this.read(refs, range);
    return hints.seriesMax > 0 ? sources.slice(0, hints.seriesMax) : sources;
  }

  /** Series by reference, which are in the order of their labels; those without samples are left out. */
  async read(refs: Postings, range: TimeRange): Promise<readonly PieceSource[]> {
    const series = await this.#block.series(refs);
    const wanted = series.map(({ chunks }) => chunks.filter((chunk) => overlaps(chunk, range)));
    const chunks = await this.#block.chunks(wanted.flat());
    const sources: PieceSource[] = [];
    let at = 0;
    for (const [index, { labels }] of series.entries()) {
      const deleted = this.#deletions.get(refs[index] ?? 0) ?? [];
      const metas = wanted[index] ?? [];
      const pieces = metas.flatMap((meta) => {
        const chunk = chunks[at++];
        return chunk === undefined ? [] : [new ChunkPiece(chunk, meta, range, deleted)];
      });
      if (pieces.length > 0) sources.push(new PieceSource(labels, pieces));
    }
    return sources;
  }

  async labelNames(matchers: readonly (readonly LabelMatcher[])[]): Promise<readonly string[]> {
    if (matchers.length === 0) return this.#block.labelNames();
    const names = new Set<string>();
    for (const { labels } of await this.#series(matchers)) {
      for (let index = 0; index < labels.length; index += 2) names.add(labels[index] ?? "");
    }
    return [...names].sort(compareText);
  }

  async labelValues(
    name: string,
    matchers: readonly (readonly LabelMatcher[])[],
  ): Promise<readonly string[]> {
    const values = await this.#block.labelValues(name);
    if (matchers.length === 0) return values;
    const refs = await this.#refs(matchers);
    const found: string[] = [];
    for (const value of values) {
      const having = await this.#block.postings(name, [value]);
      if (intersectPostings([having, refs]).length > 0) found.push(value);
    }
    return found;
  }

  async #series(matchers: readonly (readonly LabelMatcher[])[]): Promise<readonly BlockSeries[]> {
    return this.#block.series(await this.#refs(matchers));
  }

  async #refs(matchers: readonly (readonly LabelMatcher[])[]): Promise<Postings> {
    return mergePostings(await Promise.all(matchers.map((list) => selectRefs(this.#block, list))));
  }
}

/** The series of a block that match all matchers. */
export async function selectRefs(
  block: Block,
  matchers: readonly LabelMatcher[],
): Promise<Postings> {
  const plan = planLookups(matchers);
  if (plan.kind === "nothing") return noPostings;
  const narrowing: Postings[] = [];
  for (const lookup of plan.lookups) {
    if (lookup.role !== "narrow") continue;
    const found = await refsOf(block, lookup);
    if (found.length === 0) return noPostings;
    narrowing.push(found);
  }
  let refs = plan.startsFromAll ? await block.allPostings() : intersectPostings(narrowing);
  for (const lookup of plan.lookups) {
    if (lookup.role !== "remove") continue;
    if (refs.length === 0) return noPostings;
    refs = withoutPostings(refs, await refsOf(block, lookup));
  }
  return refs;
}

async function refsOf(block: Block, lookup: Lookup): Promise<Postings> {
  const { name, values } = lookup;
  if (values.kind === "listed") return block.postings(name, values.values);
  const all = await block.labelValues(name);
  return block.postings(name, values.kind === "any" ? all : all.filter(values.test));
}

function deletionsOf(block: Block): ReadonlyMap<number, readonly TimeRange[]> {
  const deletions = new Map<number, TimeRange[]>();
  for (const { ref, minMs, maxMs } of block.tombstones) {
    const ranges = deletions.get(ref) ?? [];
    deletions.set(ref, ranges);
    ranges.push({ minMs, maxMs });
  }
  return deletions;
}

function overlaps(chunk: ChunkMeta, range: TimeRange): boolean {
  return chunk.minMs <= range.maxMs && chunk.maxMs >= range.minMs;
}
