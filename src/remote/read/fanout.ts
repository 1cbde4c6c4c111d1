/**
 * The database and other servers as one storage.
 *
 * The database has to answer. Other servers are read as well as may be: when one fails, the query has
 * a warning and none of that server's series, so that it is either whole or absent.
 */
import {
  compareLabels,
  type LabelMatcher,
  type Querier,
  type Queryable,
  type SelectHints,
  type SeriesSource,
} from "#series";
import { mergedSeries } from "./remote-series.ts";
import type { RemoteStorage, RemoteView } from "./remote-storage.ts";

/** `remotes` are asked for anew with every query: a reload may change them. */
export function fanOut(primary: Queryable, remotes: () => readonly RemoteStorage[]): Queryable {
  return {
    async querier(minMs, maxMs) {
      const own = await primary.querier(minMs, maxMs);
      const views = remotes().flatMap((remote) => remote.open(minMs, maxMs) ?? []);
      return views.length === 0 ? own : new FanoutQuerier(own, views);
    },
  };
}

class FanoutQuerier implements Querier {
  readonly #own: Querier;
  readonly #others: readonly BestEffort[];
  readonly #warnings = new Set<string>();

  constructor(own: Querier, views: readonly RemoteView[]) {
    this.#own = own;
    this.#others = views.map((view) => new BestEffort(view, (text) => this.#warnings.add(text)));
  }

  get warnings(): readonly string[] {
    return [...this.#own.warnings, ...this.#warnings];
  }

  async select(
    matchers: readonly LabelMatcher[],
    hints: SelectHints,
    signal: AbortSignal,
  ): Promise<readonly SeriesSource[]> {
    const lists = await Promise.all([
      this.#own.select(matchers, hints, signal),
      ...this.#others.map((other) => other.select(matchers, hints, signal)),
    ]);
    signal.throwIfAborted();
    const merged = lists.reduce(mergeTwo);
    return hints.seriesMax > 0 ? merged.slice(0, hints.seriesMax) : merged;
  }

  labelNames(matchers: readonly (readonly LabelMatcher[])[]): Promise<readonly string[]> {
    this.#warnings.add(notImplemented);
    return this.#own.labelNames(matchers);
  }

  labelValues(
    name: string,
    matchers: readonly (readonly LabelMatcher[])[],
  ): Promise<readonly string[]> {
    this.#warnings.add(notImplemented);
    return this.#own.labelValues(name, matchers);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#own[Symbol.asyncDispose]();
  }
}

/** The protocol knows no way to ask for the labels alone; said in upstream's words. */
const notImplemented = "not implemented";

/** A server that a query can do without. */
class BestEffort {
  readonly #view: RemoteView;
  readonly #warn: (text: string) => void;
  #hasFailed = false;

  constructor(view: RemoteView, warn: (text: string) => void) {
    this.#view = view;
    this.#warn = warn;
  }

  async select(
    matchers: readonly LabelMatcher[],
    hints: SelectHints,
    signal: AbortSignal,
  ): Promise<readonly SeriesSource[]> {
    if (this.#hasFailed) return [];
    try {
      const found = await this.#view.select(matchers, hints, signal);
      return found.map((series) => this.#unlessFailed(series));
    } catch (error) {
      // A query that has ended needs no warnings; any other goes on without this server.
      if (signal.aborted) return [];
      this.#hasFailed = true;
      this.#warn(`remote_read: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }

  /** A later select of the same query may fail; then what came before does not count either. */
  #unlessFailed(series: SeriesSource): SeriesSource {
    return {
      labels: series.labels,
      read: (buffer, minMs, maxMs) => {
        if (!this.#hasFailed) series.read(buffer, minMs, maxMs);
      },
    };
  }
}

function mergeTwo(
  left: readonly SeriesSource[],
  right: readonly SeriesSource[],
): readonly SeriesSource[] {
  if (right.length === 0) return left;
  const merged: SeriesSource[] = [];
  let at = 0;
  for (const one of left) {
    for (let other = right[at]; other !== undefined; other = right[++at]) {
      if (compareLabels(other.labels, one.labels) >= 0) break;
      merged.push(other);
    }
    const other = right[at];
    const isSame = other !== undefined && compareLabels(other.labels, one.labels) === 0;
    merged.push(isSame ? mergedSeries([one, other]) : one);
    if (isSame) at++;
  }
  return [...merged, ...right.slice(at)];
}
