import { parseExpr, type ParserOptions, type VectorSample } from "#promql";
import { dropLabels, labelPairs, labelsKey, labelsOf, metricNameLabel } from "#series";
import { planSending, type SendingDelays } from "../alert/alert-sending.ts";
import { alertNameLabel, alertSeriesLabels, forStateSeriesLabels } from "../alert/alert-series.ts";
import {
  type Alert,
  type AlertResult,
  type Alerts,
  isActive,
  nextAlerts,
} from "../alert/alert-state.ts";
import type { AlertingSpec, LabelTexts } from "../file/rule-spec.ts";
import { AlertTemplate, TemplateEvaluation } from "../template/alert-template.ts";
import { queryOf, type RuleEvaluation } from "./rule.ts";
import { RuleStatus } from "./rule-status.ts";
import { SeriesLedger } from "./series-ledger.ts";
import { vectorOf } from "./vector.ts";
import type { RuleSample } from "./write-results.ts";

type Templates = readonly (readonly [name: string, template: AlertTemplate])[];

const metricNames: ReadonlySet<string> = new Set([metricNameLabel]);

/** Raises an alert for each series that an expression gives. */
export class AlertingRule {
  readonly kind = "alerting";
  readonly spec: AlertingSpec;
  readonly status = new RuleStatus();
  ledger = new SeriesLedger();
  alerts: Alerts = new Map();
  /** Whether alerts leave their state behind: not before that of a former life has been restored. */
  isRestored: boolean;
  readonly #parser: ParserOptions;
  readonly #labels: Templates;
  readonly #annotations: Templates;

  constructor(
    spec: AlertingSpec,
    options: { readonly isRestored: boolean; readonly parser: ParserOptions },
  ) {
    this.spec = spec;
    this.isRestored = options.isRestored;
    this.#parser = options.parser;
    this.#labels = templatesOf(spec, spec.labels);
    this.#annotations = templatesOf(spec, spec.annotations);
  }

  /** The highest state of its alerts. */
  get state(): "unknown" | "inactive" | "pending" | "firing" {
    if (this.status.lastEvaluationMs === 0) return "unknown";
    const states = new Set([...this.alerts.values()].map(({ state }) => state));
    return states.has("firing") ? "firing" : states.has("pending") ? "pending" : "inactive";
  }

  /** Follows the alerts to the result of the expression; the samples say how they are. */
  async evaluate(evaluation: RuleEvaluation): Promise<readonly RuleSample[]> {
    const { evaluate, queryAtMs, atMs, signal } = evaluation;
    const vector = vectorOf(await evaluate(queryOf(this.spec), queryAtMs, signal));
    const results = await this.#expand(vector, evaluation);
    this.alerts = nextAlerts(this.alerts, results, this.spec, atMs);
    this.ledger.begin();
    const active = [...this.alerts].filter(([, alert]) => isActive(alert));
    if (evaluation.limit > 0 && active.length > evaluation.limit) {
      this.alerts = new Map();
      throw new Error(`exceeded limit of ${evaluation.limit} with ${active.length} alerts`);
    }
    if (!this.isRestored) return [];
    return active.flatMap(([key, alert]) => this.#samplesOf(key, alert));
  }

  /** The alerts that must be told now, which then count as told. */
  takeUnsent(delays: SendingDelays, nowMs: number): readonly Alert[] {
    const plan = planSending(this.alerts, delays, nowMs);
    this.alerts = plan.alerts;
    return plan.sent;
  }

  async #expand(
    vector: readonly VectorSample[],
    evaluation: RuleEvaluation,
  ): Promise<ReadonlyMap<string, AlertResult>> {
    const templates = this.#templateEvaluation(evaluation);
    const results = new Map<string, AlertResult>();
    for (const sample of vector) {
      const result = await this.#resultOf(sample, templates);
      const key = labelsKey(result.labels);
      if (results.has(key)) {
        throw new Error(
          "vector contains metrics with the same labelset after applying alert labels",
        );
      }
      results.set(key, result);
    }
    return results;
  }

  async #resultOf(sample: VectorSample, templates: TemplateEvaluation): Promise<AlertResult> {
    const own = await expandAll(this.#labels, sample, templates);
    const labels = labelsOf([
      ...labelPairs(dropLabels(sample.labels, metricNames)),
      ...own,
      [alertNameLabel, this.spec.name],
    ]);
    const annotations = labelsOf(await expandAll(this.#annotations, sample, templates));
    // A histogram is no number; upstream shows 0 for it.
    const value = sample.histogram === undefined ? sample.value : 0;
    return { labels, annotations, value };
  }

  #templateEvaluation(evaluation: RuleEvaluation): TemplateEvaluation {
    const { atMs, externalLabels, externalUrl, signal } = evaluation;
    return new TemplateEvaluation({
      evaluatedAtMs: atMs,
      externalLabels,
      externalUrl,
      counts: evaluation.templateCounts,
      evaluate: async (text) => {
        const query = { text, expr: parseExpr(text, this.#parser) };
        return vectorOf(await evaluation.evaluate(query, atMs, signal));
      },
    });
  }

  #samplesOf(key: string, alert: Alert): readonly RuleSample[] {
    const { spec } = this;
    const state = this.ledger.series(`${alert.state} ${key}`, () => alertSeriesLabels(spec, alert));
    const since = this.ledger.series(`since ${key}`, () => forStateSeriesLabels(spec, alert));
    state.isGiven = true;
    since.isGiven = true;
    const activeAtSeconds = Math.floor(alert.activeAtMs / 1000);
    return [
      { series: state, value: 1, histogram: undefined },
      { series: since, value: activeAtSeconds, histogram: undefined },
    ];
  }
}

function templatesOf(spec: AlertingSpec, texts: LabelTexts): Templates {
  return texts.map(([name, text]) => [name, new AlertTemplate(spec.name, text)] as const);
}

async function expandAll(
  templates: Templates,
  sample: VectorSample,
  evaluation: TemplateEvaluation,
): Promise<readonly (readonly [string, string])[]> {
  const texts: (readonly [string, string])[] = [];
  for (const [name, template] of templates) {
    texts.push([name, await template.expand(sample, evaluation)]);
  }
  return texts;
}
