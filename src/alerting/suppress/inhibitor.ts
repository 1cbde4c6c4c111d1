/**
 * Keeps alerts quiet that another one explains: while a source alert fires, targets with equal labels
 * are not told of.
 */
import { labelValue, type LabelMatcher, type Labels } from "#series";
import { type Alert, isResolved } from "../alert/alert.ts";
import { matchesAll } from "../route/route.ts";

export interface InhibitRule {
  readonly name: string;
  readonly sourceMatchers: readonly LabelMatcher[];
  readonly targetMatchers: readonly LabelMatcher[];
  /** Labels that source and target have alike; a missing one is like an empty one. */
  readonly equal: readonly string[];
}

/** Why an alert is quiet. */
export interface Inhibition {
  readonly rule: InhibitRule;
  /** The fingerprint of the alert that explains it. */
  readonly source: string;
}

export class Inhibitor {
  readonly #sources: readonly RuleSources[];

  constructor(rules: readonly InhibitRule[]) {
    this.#sources = rules.map((rule) => new RuleSources(rule));
  }

  /** Takes note of an alert, which may explain others from now on. */
  note(alert: Alert): void {
    for (const sources of this.#sources) sources.note(alert);
  }

  /** Forgets alerts that have ended. */
  collect(nowMs: number): void {
    for (const sources of this.#sources) sources.collect(nowMs);
  }

  /** Everything that keeps an alert quiet, the first source of each rule. */
  inhibitionsOf(labels: Labels, nowMs: number): readonly Inhibition[] {
    return this.#sources.flatMap((sources) => sources.find(labels, nowMs) ?? []);
  }
}

/** The source alerts of one rule by their equal labels: looking one up costs the same however many. */
class RuleSources {
  readonly #rule: InhibitRule;
  readonly #byEqual = new Map<string, Map<string, Alert>>();

  constructor(rule: InhibitRule) {
    this.#rule = rule;
  }

  note(alert: Alert): void {
    if (!matchesAll(this.#rule.sourceMatchers, alert.labels)) return;
    const key = this.#keyOf(alert.labels);
    const alike = this.#byEqual.get(key) ?? new Map<string, Alert>();
    this.#byEqual.set(key, alike);
    alike.set(alert.fingerprint, alert);
  }

  collect(nowMs: number): void {
    for (const [key, alike] of this.#byEqual) {
      for (const [fingerprint, alert] of alike) {
        if (isResolved(alert, nowMs)) alike.delete(fingerprint);
      }
      if (alike.size === 0) this.#byEqual.delete(key);
    }
  }

  find(labels: Labels, nowMs: number): Inhibition | undefined {
    const { sourceMatchers, targetMatchers } = this.#rule;
    if (!matchesAll(targetMatchers, labels)) return undefined;
    // Alerts that are source and target alike do not keep each other quiet.
    const isBoth = matchesAll(sourceMatchers, labels);
    for (const source of this.#byEqual.get(this.#keyOf(labels))?.values() ?? []) {
      if (isResolved(source, nowMs)) continue;
      if (isBoth && matchesAll(targetMatchers, source.labels)) continue;
      return { rule: this.#rule, source: source.fingerprint };
    }
    return undefined;
  }

  #keyOf(labels: Labels): string {
    return this.#rule.equal.map((name) => labelValue(labels, name)).join("\uffff");
  }
}
