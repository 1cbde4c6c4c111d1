import {
  dropLabels,
  keepLabels,
  type Labels,
  labelsKey,
  labelValue,
  metricNameLabel,
  setLabel,
} from "#series";
import { dropMetricName } from "../evaluation/metric-name.ts";
import type { VectorMatching } from "../syntax/ast.ts";

/** Which series of the two sides belong together, and what the result of two is called. */
export class Matcher {
  readonly matching: VectorMatching;
  readonly #names: ReadonlySet<string>;
  /** What `ignoring` ignores: the metric name, too. */
  readonly #ignored: ReadonlySet<string>;

  constructor(matching: VectorMatching) {
    this.matching = matching;
    this.#names = new Set(matching.labels);
    this.#ignored = new Set([...matching.labels, metricNameLabel]);
  }

  /** Equal for the series that match each other. */
  keyOf(labels: Labels): string {
    const { isOn, labels: names } = this.matching;
    if (!isOn) return labelsKey(dropLabels(labels, this.#ignored));
    return names.length === 1
      ? labelValue(labels, names[0] ?? "")
      : names.map((name) => labelValue(labels, name)).join("\uffff");
  }

  /** The labels that series match on. */
  groupOf(labels: Labels): Labels {
    return this.matching.isOn ? keepLabels(labels, this.#names) : dropLabels(labels, this.#ignored);
  }

  /** What the result is called; `many` is the side that may have several series per group. */
  resultOf(many: Labels, one: Labels, metricName: "dropped" | "kept"): Labels {
    let labels = metricName === "dropped" ? dropMetricName(many) : many;
    const { isOn, cardinality, include } = this.matching;
    if (cardinality === "one-to-one") {
      labels = isOn ? keepLabels(labels, this.#names) : dropLabels(labels, this.#names);
    }
    for (const name of include) labels = setLabel(labels, name, labelValue(one, name));
    return labels;
  }
}
