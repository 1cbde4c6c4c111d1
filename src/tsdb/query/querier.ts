import type { LabelMatcher, Querier, SelectHints, SeriesSource } from "#series";
import { mergeSeries, mergeTexts } from "./merge-series.ts";
import type { PieceSource } from "./piece.ts";

/** What a querier reads from: the head, or a block. */
export interface SeriesReader {
  select(matchers: readonly LabelMatcher[], hints: SelectHints): Promise<readonly PieceSource[]>;
  labelNames(matchers: readonly (readonly LabelMatcher[])[]): Promise<readonly string[]>;
  labelValues(
    name: string,
    matchers: readonly (readonly LabelMatcher[])[],
  ): Promise<readonly string[]>;
}

/** One view over several readers. `release` lets go of what they hold. */
export class MergedQuerier implements Querier {
  /** Whatever is not read here fails the query. */
  readonly warnings: readonly string[] = [];
  readonly #readers: readonly SeriesReader[];
  readonly #release: () => Promise<void>;
  #isReleased = false;

  constructor(readers: readonly SeriesReader[], release: () => Promise<void>) {
    this.#readers = readers;
    this.#release = release;
  }

  async select(
    matchers: readonly LabelMatcher[],
    hints: SelectHints,
    signal: AbortSignal,
  ): Promise<readonly SeriesSource[]> {
    const lists: (readonly PieceSource[])[] = [];
    for (const reader of this.#readers) {
      signal.throwIfAborted();
      lists.push(await reader.select(matchers, hints));
    }
    return mergeSeries(lists, hints.seriesMax);
  }

  async labelNames(matchers: readonly (readonly LabelMatcher[])[]): Promise<readonly string[]> {
    return mergeTexts(
      await Promise.all(this.#readers.map((reader) => reader.labelNames(matchers))),
    );
  }

  async labelValues(
    name: string,
    matchers: readonly (readonly LabelMatcher[])[],
  ): Promise<readonly string[]> {
    return mergeTexts(
      await Promise.all(this.#readers.map((reader) => reader.labelValues(name, matchers))),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    await this.#release();
  }
}
