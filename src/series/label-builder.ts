import { type Labels, labelPairs, labelsOf } from "./labels.ts";

/**
 * A label set that is being changed. It lists the labels it began with, in order, then those that were
 * set, in the order in which they were: rules that copy several labels to one name depend on it.
 */
export class LabelBuilder {
  readonly #begun: Map<string, string>;
  readonly #written = new Map<string, string>();

  constructor(labels: Labels) {
    this.#begun = new Map(labelPairs(labels));
  }

  get(name: string): string {
    return this.#written.get(name) ?? this.#begun.get(name) ?? "";
  }

  /** An empty value removes the label. */
  set(name: string, value: string): void {
    this.#begun.delete(name);
    if (value === "") this.#written.delete(name);
    else this.#written.set(name, value);
  }

  /** All labels as they are now; later changes do not show in it. */
  pairs(): readonly (readonly [name: string, value: string])[] {
    return [...this.#begun, ...this.#written];
  }

  toLabels(): Labels {
    return labelsOf(this.pairs());
  }
}
