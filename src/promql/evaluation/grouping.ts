import {
  dropLabels,
  keepLabels,
  type Labels,
  labelsKey,
  labelValue,
  metricNameLabel,
  noLabels,
} from "#series";

/** Which label sets an aggregation takes together: by some labels, or by all but some. */
export class Grouping {
  readonly #names: readonly string[];
  readonly #set: ReadonlySet<string>;
  readonly #isWithout: boolean;

  /** `names` are sorted. */
  constructor(names: readonly string[], isWithout: boolean) {
    this.#names = names;
    this.#set = new Set(isWithout ? [...names, metricNameLabel] : names);
    this.#isWithout = isWithout;
  }

  /** Equal for label sets of one group. */
  keyOf(labels: Labels): string {
    if (this.#isWithout) return labelsKey(dropLabels(labels, this.#set));
    let key = "";
    for (const name of this.#names) key += `${labelValue(labels, name)}\uffff`;
    return key;
  }

  /** The labels of the group. */
  labelsOf(labels: Labels): Labels {
    if (this.#isWithout) return dropLabels(labels, this.#set);
    return this.#names.length === 0 ? noLabels : keepLabels(labels, this.#set);
  }
}
