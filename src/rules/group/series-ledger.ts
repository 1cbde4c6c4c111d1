import { type Labels, labelsKey, type SeriesRef } from "#series";

/** A series that a rule writes. Its parts change from evaluation to evaluation. */
export interface LedgerSeries {
  readonly labels: Labels;
  /** Its number in the store, once it is known. */
  ref: SeriesRef | undefined;
  /** Whether this evaluation gave it. */
  isGiven: boolean;
  /** Whether its sample of this evaluation was taken. */
  isTaken: boolean;
  /** Whether the last evaluation that was committed wrote it, so that its end must be marked. */
  isLive: boolean;
}

/**
 * The series that one rule writes: known by what they were made from, so that neither labels are
 * built nor the store is searched again, evaluation after evaluation.
 */
export class SeriesLedger {
  readonly #bySource = new Map<string, LedgerSeries>();
  readonly #byLabels = new Map<string, LedgerSeries>();

  /** Begins an evaluation: nothing has been given yet. */
  begin(): void {
    for (const series of this.#byLabels.values()) {
      series.isGiven = false;
      series.isTaken = false;
    }
  }

  /** The series that is made from `source`; its labels are built only when it is new. */
  series(source: string, buildLabels: () => Labels): LedgerSeries {
    const known = this.#bySource.get(source);
    if (known !== undefined) return known;
    const labels = buildLabels();
    const key = labelsKey(labels);
    const series = this.#byLabels.get(key) ?? newSeries(labels);
    this.#byLabels.set(key, series);
    this.#bySource.set(source, series);
    return series;
  }

  /** Series whose end must be marked: they were written before, and now are not. */
  *ended(): Generator<LedgerSeries> {
    for (const series of this.#byLabels.values()) {
      if (series.isLive && !series.isTaken) yield series;
    }
  }

  /** Ends an evaluation that was committed; series that it did not give are forgotten. */
  settle(): void {
    for (const [key, series] of this.#byLabels) {
      series.isLive = series.isTaken;
      if (!series.isGiven) this.#byLabels.delete(key);
    }
    for (const [source, series] of this.#bySource) {
      if (!series.isGiven) this.#bySource.delete(source);
    }
  }

  /** The labels of all series that the last evaluation wrote. */
  live(): readonly Labels[] {
    return [...this.#byLabels.values()].flatMap(({ isLive, labels }) => (isLive ? [labels] : []));
  }
}

function newSeries(labels: Labels): LedgerSeries {
  return { labels, ref: undefined, isGiven: false, isTaken: false, isLive: false };
}
