import { type Clock, describeError, type RecentValues } from "#base";
import type { ParserOptions } from "#promql";
import type { Labels } from "#series";
import type { RuleGroupSpec, RuleSpec } from "../file/rule-spec.ts";
import { AlertingRule } from "./alerting-rule.ts";
import { evaluationBatches } from "./dependencies.ts";
import type { EvaluationSlots } from "./evaluation-slots.ts";
import type { RuleDeps, RuleOptions, RuleSettings } from "./ports.ts";
import { RecordingRule } from "./recording-rule.ts";
import { restoreAlerts } from "./restore-alerts.ts";
import { type Rule, ruleIdentity } from "./rule.ts";
import {
  type Refusals,
  refusalTexts,
  type RuleSample,
  writeEnds,
  writeResults,
} from "./write-results.ts";
import type { TemplateCounts } from "../template/alert-template.ts";

export interface GroupOptions {
  /** The file that the group is from; with its name it identifies the group. */
  readonly file: string;
  readonly spec: RuleGroupSpec;
  readonly intervalMs: number;
  /** Whether the state of alerts is to be restored from a former life of the program. */
  readonly isRestoring: boolean;
  readonly parser: ParserOptions;
  readonly rules: RuleOptions;
  /** Always the present ones: a reload may change them. */
  readonly settings: () => RuleSettings;
}

export interface GroupDeps extends RuleDeps {
  /** Undefined evaluates one rule after the other. */
  readonly slots: EvaluationSlots | undefined;
  readonly ruleDurations: RecentValues;
  readonly groupDurations: RecentValues;
  readonly templateCounts: TemplateCounts;
  /** Aborts when queries that are under way are of no more use. */
  readonly cancelled: AbortSignal;
}

/** What the metrics of a group count. */
export interface GroupCounts {
  iterationsScheduled: number;
  iterationsMissed: number;
  evaluations: number;
  failures: number;
  lastSamples: number;
  lastRestoreSeconds: number;
}

/** Rules that are evaluated together, in order, at the same moments. */
export class RuleGroup {
  readonly options: GroupOptions;
  readonly rules: readonly Rule[];
  readonly counts: GroupCounts = {
    iterationsScheduled: 0,
    iterationsMissed: 0,
    evaluations: 0,
    failures: 0,
    lastSamples: 0,
    lastRestoreSeconds: 0,
  };
  evaluationSeconds = 0;
  /** When it was last evaluated, 0 before the first time. */
  lastEvaluationMs = 0;
  readonly #deps: GroupDeps;
  readonly #batches: readonly (readonly number[])[];
  /** Series of rules that a reload has removed; their end has yet to be marked. */
  #ended: readonly Labels[] = [];

  constructor(deps: GroupDeps, options: GroupOptions) {
    const { spec, parser, isRestoring } = options;
    this.#deps = deps;
    this.options = options;
    this.rules = spec.rules.map((rule) => createRule(rule, { parser, isRestored: !isRestoring }));
    this.#batches =
      deps.slots === undefined
        ? spec.rules.map((_rule, index) => [index])
        : evaluationBatches(spec.rules);
  }

  get queryOffsetMs(): number {
    return this.options.spec.queryOffsetMs ?? this.options.settings().queryOffsetMs;
  }

  /**
   * Evaluates all rules for one moment; what goes wrong with a rule stays with the rule. When `stop`
   * aborts, the rule that is under way is finished and no other is begun.
   */
  async evaluate(atMs: number, stop: AbortSignal): Promise<void> {
    const started = this.#deps.clock.elapsedMs();
    const startedAtMs = this.#deps.clock.nowMs();
    let sampleCount = 0;
    for (const batch of this.#batches) {
      const underWay: Promise<number>[] = [];
      for (const index of batch) {
        if (stop.aborted) break;
        const rule = this.rules[index];
        if (rule === undefined) continue;
        if (batch.length > 1 && this.#deps.slots?.tryTake() === true) {
          underWay.push(this.#evaluateInSlot(rule, atMs));
        } else sampleCount += await this.#evaluateRule(rule, atMs);
      }
      for (const count of await Promise.all(underWay)) sampleCount += count;
    }
    if (stop.aborted) return;
    this.counts.lastSamples = sampleCount;
    await this.markEnded(atMs);
    this.evaluationSeconds = secondsSince(this.#deps.clock, started);
    this.lastEvaluationMs = startedAtMs;
    this.#deps.groupDurations.add(this.evaluationSeconds, startedAtMs);
  }

  /** Takes over the state of a group that this one replaces: alerts, and series that may end. */
  copyState(from: RuleGroup): void {
    this.evaluationSeconds = from.evaluationSeconds;
    this.lastEvaluationMs = from.lastEvaluationMs;
    const former = Map.groupBy(from.rules, (rule) => ruleIdentity(rule.spec));
    for (const rule of this.rules) {
      const same = former.get(ruleIdentity(rule.spec))?.shift();
      if (same === undefined) continue;
      rule.ledger = same.ledger;
      if (rule.kind === "alerting" && same.kind === "alerting") rule.alerts = same.alerts;
    }
    const removed = [...former.values()].flat().flatMap((rule) => rule.ledger.live());
    this.#ended = [...from.#ended, ...removed];
  }

  /** Counts the series of all rules as ended, for a group that is no more. */
  endAllSeries(): void {
    this.#ended = [...this.#ended, ...this.rules.flatMap((rule) => rule.ledger.live())];
  }

  /** Marks the end of series whose rule is gone. */
  async markEnded(atMs: number): Promise<void> {
    if (this.#ended.length === 0) return;
    const appender = this.#deps.appendable.appender();
    try {
      writeEnds(appender, this.#ended, atMs - this.queryOffsetMs);
      await appender.commit();
      this.#ended = [];
    } catch (error) {
      // The store may be full or closing; the next evaluation tries again.
      this.#deps.logger.error("marking the end of series failed", error);
    }
  }

  /** Lets alerts go on where they were before the program was restarted. */
  async restore(): Promise<void> {
    const { clock, queryable, logger, cancelled: signal } = this.#deps;
    const started = clock.elapsedMs();
    const timing = { ...this.options.rules, nowMs: clock.nowMs() };
    const rules = this.rules.filter((rule) => rule.kind === "alerting");
    try {
      await restoreAlerts(rules, { queryable, timing, signal });
    } catch (error) {
      // Without their past, alerts wait for their whole `for` again.
      if (!signal.aborted) logger.error("restoring the state of alerts failed", error);
    }
    for (const rule of rules) rule.isRestored = true;
    this.counts.lastRestoreSeconds = secondsSince(clock, started);
  }

  async #evaluateInSlot(rule: Rule, atMs: number): Promise<number> {
    try {
      return await this.#evaluateRule(rule, atMs);
    } finally {
      this.#deps.slots?.giveBack();
    }
  }

  /** The number of samples that the rule gave. */
  async #evaluateRule(rule: Rule, atMs: number): Promise<number> {
    const { clock, ruleDurations } = this.#deps;
    const started = clock.elapsedMs();
    const startedAtMs = clock.nowMs();
    this.counts.evaluations++;
    let count = 0;
    try {
      const samples = await this.#samplesOf(rule, atMs);
      rule.status.succeed();
      count = samples.length;
      this.#notify(rule, atMs);
      await this.#store(rule, samples, atMs);
    } catch (error) {
      this.#fail(rule, error);
    }
    rule.status.evaluationSeconds = secondsSince(clock, started);
    rule.status.lastEvaluationMs = startedAtMs;
    ruleDurations.add(rule.status.evaluationSeconds, startedAtMs);
    return count;
  }

  async #samplesOf(rule: Rule, atMs: number): Promise<readonly RuleSample[]> {
    const { file, spec, settings } = this.options;
    const { externalLabels, externalUrl } = settings();
    const group = { file, name: spec.name };
    return rule.evaluate({
      evaluate: (query, queryMs, signal) => this.#deps.evaluate(query, queryMs, signal, group),
      atMs,
      queryAtMs: atMs - this.queryOffsetMs,
      limit: spec.limit,
      externalLabels,
      externalUrl,
      templateCounts: this.#deps.templateCounts,
      signal: this.#deps.cancelled,
    });
  }

  #notify(rule: Rule, atMs: number): void {
    if (rule.kind !== "alerting") return;
    const { intervalMs } = this.options;
    const { resendDelayMs } = this.options.rules;
    const unsent = rule.takeUnsent({ intervalMs, resendDelayMs }, atMs);
    if (unsent.length > 0) this.#deps.notify(rule.spec.query, unsent);
  }

  async #store(rule: Rule, samples: readonly RuleSample[], atMs: number): Promise<void> {
    const appender = this.#deps.appendable.appender();
    const refusals = writeResults(appender, rule.ledger, samples, atMs - this.queryOffsetMs);
    await appender.commit();
    rule.ledger.settle();
    if (refusals.size > 0) this.#tellRefusals(rule, refusals);
  }

  #tellRefusals(rule: Rule, refusals: Refusals): void {
    for (const [reason, count] of refusals) {
      rule.status.fail(refusalTexts[reason]);
      this.#deps.logger.warn("results of a rule were not stored", {
        ...this.#fieldsOf(rule),
        reason: refusalTexts[reason],
        dropped: count,
      });
    }
  }

  #fail(rule: Rule, error: unknown): void {
    rule.status.fail(describeError(error));
    this.counts.failures++;
    // A query that a shutdown has cancelled is nobody's fault.
    if (!this.#deps.cancelled.aborted) {
      this.#deps.logger.error("evaluating a rule failed", error, this.#fieldsOf(rule));
    }
  }

  #fieldsOf(rule: Rule): { readonly file: string; readonly group: string; readonly name: string } {
    const { file, spec } = this.options;
    return { file, group: spec.name, name: rule.spec.name };
  }
}

/** In whole nanoseconds: more digits would be noise. */
function secondsSince(clock: Clock, startedElapsedMs: number): number {
  return Math.round((clock.elapsedMs() - startedElapsedMs) * 1e6) / 1e9;
}

function createRule(
  spec: RuleSpec,
  options: { readonly isRestored: boolean; readonly parser: ParserOptions },
): Rule {
  return spec.kind === "recording" ? new RecordingRule(spec) : new AlertingRule(spec, options);
}
