import {
  type Labels,
  labelPairs,
  labelsOf,
  relabel,
  type RelabelRule,
  type SeriesRef,
} from "#series";

/**
 * The label sets under which series are sent: with the external labels, and as the relabelling rules
 * make them. Each is made once.
 */
export class OutgoingLabels {
  readonly #external: Labels;
  readonly #rules: readonly RelabelRule[];
  readonly #byRef = new Map<SeriesRef, Labels | undefined>();

  constructor(external: Labels, rules: readonly RelabelRule[]) {
    this.#external = external;
    this.#rules = rules;
  }

  define(ref: SeriesRef, labels: Labels): void {
    // A series' own labels win over external ones.
    const whole = labelsOf([...labelPairs(this.#external), ...labelPairs(labels)]);
    const relabelled = relabel(whole, this.#rules);
    this.#byRef.set(ref, relabelled?.length === 0 ? undefined : relabelled);
  }

  /** Undefined when the rules drop the series, or nobody has defined it. */
  find(ref: SeriesRef): Labels | undefined {
    return this.#byRef.get(ref);
  }

  /** Why a series is not found. */
  absence(ref: SeriesRef): "dropped_series" | "unintentionally_dropped_series" {
    return this.#byRef.has(ref) ? "dropped_series" : "unintentionally_dropped_series";
  }

  /** Forgets series that are gone. */
  retain(isAlive: (ref: SeriesRef) => boolean): void {
    for (const ref of this.#byRef.keys()) if (!isAlive(ref)) this.#byRef.delete(ref);
  }
}
