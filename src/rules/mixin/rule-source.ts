/** How the cluster's own rules are noted: as data, in the options of a rule file. */

export interface GroupSource {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly RuleSource[];
}

export type RuleSource = RecordingSource | AlertSource;

interface RecordingSource {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface AlertSource {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string; readonly description: string };
}

export type Severity = "none" | "info" | "warning" | "critical";

/** What is known of an alert beside its name and expression. */
export interface AlertFacts {
  readonly severity: Severity;
  readonly for?: string;
  readonly keepFiringFor?: string;
  /** What is wrong, in a few words. */
  readonly summary: string;
  /** Which object it concerns, and the figures; a template. */
  readonly description: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export function alert(name: string, expr: string, facts: AlertFacts): RuleSource {
  return {
    alert: name,
    expr: oneLine(expr),
    ...(facts.for === undefined ? {} : { for: facts.for }),
    ...(facts.keepFiringFor === undefined ? {} : { keep_firing_for: facts.keepFiringFor }),
    labels: { severity: facts.severity, ...facts.labels },
    annotations: { summary: facts.summary, description: facts.description },
  };
}

export function record(
  name: string,
  expr: string,
  labels: Readonly<Record<string, string>> = {},
): RuleSource {
  return { record: name, expr: oneLine(expr), labels };
}

/** Expressions are written over several lines for readers of the source. */
function oneLine(expr: string): string {
  return expr.replace(/\s*\n\s*/g, " ").trim();
}
