import { type Labels, labelPairs, labelsKey, labelsOf, metricNameLabel } from "#series";
import type { RecordingSpec } from "../file/rule-spec.ts";
import { queryOf, type RuleEvaluation } from "./rule.ts";
import { RuleStatus } from "./rule-status.ts";
import { SeriesLedger } from "./series-ledger.ts";
import { vectorOf } from "./vector.ts";
import type { RuleSample } from "./write-results.ts";

/** Stores what an expression gives under a name of its own. */
export class RecordingRule {
  readonly kind = "recording";
  readonly spec: RecordingSpec;
  readonly status = new RuleStatus();
  ledger = new SeriesLedger();

  constructor(spec: RecordingSpec) {
    this.spec = spec;
  }

  /** The samples to store. Rejects when the query fails, or its series clash or are too many. */
  async evaluate(evaluation: RuleEvaluation): Promise<readonly RuleSample[]> {
    const { evaluate, queryAtMs, signal, limit } = evaluation;
    const vector = vectorOf(await evaluate(queryOf(this.spec), queryAtMs, signal));
    this.ledger.begin();
    const samples = vector.map(({ labels, value, histogram }): RuleSample => {
      const series = this.ledger.series(labelsKey(labels), () => this.#outputLabels(labels));
      if (series.isGiven) {
        throw new Error(
          "vector contains metrics with the same labelset after applying rule labels",
        );
      }
      series.isGiven = true;
      return { series, value, histogram };
    });
    if (limit > 0 && samples.length > limit) {
      throw new Error(`exceeded limit of ${limit} with ${samples.length} series`);
    }
    return samples;
  }

  #outputLabels(labels: Labels): Labels {
    return labelsOf([
      ...labelPairs(labels),
      [metricNameLabel, this.spec.name],
      ...this.spec.labels,
    ]);
  }
}
