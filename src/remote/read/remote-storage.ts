import {
  createMatcher,
  dropLabels,
  type LabelMatcher,
  type Labels,
  labelPairs,
  type SelectHints,
  type SeriesSource,
} from "#series";
import type { ReadQuery } from "./read-message.ts";
import { joinedSeries } from "./remote-series.ts";

/** What answers a read; a `RemoteReader` does. */
export interface SeriesReader {
  read(query: ReadQuery, signal: AbortSignal): Promise<readonly SeriesSource[]>;
}

export interface RemoteStorageOptions {
  /** Asked for besides, and taken off what comes back; none when they are not to be used. */
  readonly externalLabels: Labels;
  /** Only queries that ask for exactly these are sent. */
  readonly requiredMatchers: Labels;
  /** Whether queries are sent for times too that the database here has completely. */
  readonly readRecent: boolean;
  /** Since when the database here is complete. */
  readonly localStartMs: () => number;
}

/** Another server's series, as a part of what is stored here. */
export class RemoteStorage {
  readonly #reader: SeriesReader;
  readonly #options: RemoteStorageOptions;

  constructor(reader: SeriesReader, options: RemoteStorageOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  /** A view of a range of times; undefined when all of it is stored here. */
  open(minMs: number, maxMs: number): RemoteView | undefined {
    const { readRecent, localStartMs } = this.#options;
    if (readRecent) return this.#view(maxMs);
    const startMs = localStartMs();
    return minMs > startMs ? undefined : this.#view(Math.min(maxMs, startMs));
  }

  #view(endMs: number): RemoteView {
    return {
      select: (matchers, hints, signal) => {
        const range = { minMs: hints.minMs, maxMs: Math.min(hints.maxMs, endMs) };
        return this.#select(matchers, range, signal);
      },
    };
  }

  async #select(
    matchers: readonly LabelMatcher[],
    range: { readonly minMs: number; readonly maxMs: number },
    signal: AbortSignal,
  ): Promise<readonly SeriesSource[]> {
    const { externalLabels, requiredMatchers } = this.#options;
    if (range.minMs > range.maxMs) return [];
    if (!asksForAll(matchers, requiredMatchers)) return [];
    const added = [...labelPairs(externalLabels)].filter(([name]) =>
      matchers.every((matcher) => matcher.name !== name),
    );
    const sent = added.map(([name, value]) => createMatcher("=", name, value));
    const found = await this.#reader.read({ ...range, matchers: [...matchers, ...sent] }, signal);
    const names = new Set(added.map(([name]) => name));
    return joinedSeries(names.size === 0 ? found : found.map((one) => without(one, names)));
  }
}

/** What of another server is seen in a query. Rejections are for the query's warnings. */
export interface RemoteView {
  select(
    matchers: readonly LabelMatcher[],
    hints: SelectHints,
    signal: AbortSignal,
  ): Promise<readonly SeriesSource[]>;
}

function asksForAll(matchers: readonly LabelMatcher[], required: Labels): boolean {
  return [...labelPairs(required)].every(([name, value]) =>
    matchers.some((one) => one.operator === "=" && one.name === name && one.value === value),
  );
}

function without(series: SeriesSource, names: ReadonlySet<string>): SeriesSource {
  return {
    labels: dropLabels(series.labels, names),
    read: (buffer, minMs, maxMs) => series.read(buffer, minMs, maxMs),
  };
}
