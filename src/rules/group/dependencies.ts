/** Which rules of a group read what others write: the others may be evaluated at the same time. */
import { extractSelectors } from "#promql";
import { type LabelMatcher, metricNameLabel } from "#series";
import { alertNameLabel, alertSeriesName, forStateSeriesName } from "../alert/alert-series.ts";
import type { RuleSpec } from "../file/rule-spec.ts";

/**
 * The rules' indexes in batches that go one after another; those in a batch do not depend on each
 * other. First come rules that read nothing of the group, at last those that nothing reads.
 */
export function evaluationBatches(rules: readonly RuleSpec[]): readonly (readonly number[])[] {
  const readers = dependenciesOf(rules);
  if (readers === undefined) return rules.map((_rule, index) => [index]);
  const isRead = new Set(readers.flat());
  const first: number[] = [];
  const middle: number[][] = [];
  const last: number[] = [];
  for (const [index, sources] of readers.entries()) {
    if (sources.length === 0) first.push(index);
    else if (isRead.has(index)) middle.push([index]);
    else last.push(index);
  }
  return [first, ...middle, last].filter((batch) => batch.length > 0);
}

/** For each rule, the earlier ones that it reads; undefined when that cannot be told. */
function dependenciesOf(rules: readonly RuleSpec[]): readonly (readonly number[])[] | undefined {
  const all: (readonly number[])[] = [];
  for (const [index, rule] of rules.entries()) {
    const sources = new Set<number>();
    for (const matchers of extractSelectors(rule.expr)) {
      const read = rulesReadBy(matchers, rules.slice(0, index));
      // A selector without a name may read anything.
      if (read === undefined) return undefined;
      for (const source of read) sources.add(source);
    }
    all.push([...sources]);
  }
  return all;
}

function rulesReadBy(
  matchers: readonly LabelMatcher[],
  earlier: readonly RuleSpec[],
): readonly number[] | undefined {
  const name = matchers.find((matcher) => matcher.name === metricNameLabel);
  if (name === undefined) return undefined;
  const readsAlerts = name.matches(alertSeriesName) || name.matches(forStateSeriesName);
  const alertName = matchers.find((matcher) => matcher.name === alertNameLabel);
  return earlier.flatMap((rule, index) => {
    const isAlert = rule.kind === "alerting" && readsAlerts && admits(alertName, rule.name);
    return name.matches(rule.name) || isAlert ? [index] : [];
  });
}

function admits(matcher: LabelMatcher | undefined, value: string): boolean {
  return matcher === undefined || matcher.matches(value);
}
