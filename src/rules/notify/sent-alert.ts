/** Alerts as Alertmanagers are told of them. */
import { type Labels, labelPairs, labelsOf, labelValue, relabel, type RelabelRule } from "#series";
import type { Alert } from "../alert/alert-state.ts";
import { expressionLink } from "../template/template-functions.ts";

export interface SentAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  /** When it was resolved, or when it may be taken for resolved if nothing more is heard. */
  readonly endsAtMs: number;
  /** The page that shows the rule's expression. */
  readonly generatorUrl: string;
}

/** The alerts of a rule, whose query is given, on their way out. */
export function sentAlerts(
  alerts: readonly Alert[],
  query: string,
  externalUrl: string,
): readonly SentAlert[] {
  const generatorUrl = externalUrl + expressionLink(query, 1);
  return alerts.map((alert) => ({
    labels: alert.labels,
    annotations: alert.annotations,
    startsAtMs: alert.firedAtMs ?? alert.activeAtMs,
    endsAtMs: alert.resolvedAtMs ?? alert.validUntilMs ?? alert.activeAtMs,
    generatorUrl,
  }));
}

/** The alerts with external labels, where they have none of that name, and relabelled; or dropped. */
export function relabelAlerts(
  alerts: readonly SentAlert[],
  rules: readonly RelabelRule[],
  externalLabels: Labels,
): readonly SentAlert[] {
  const external = [...labelPairs(externalLabels)];
  return alerts.flatMap((alert) => {
    const missing = external.filter(([name]) => labelValue(alert.labels, name) === "");
    const whole =
      missing.length === 0 ? alert.labels : labelsOf([...labelPairs(alert.labels), ...missing]);
    const labels = relabel(whole, rules);
    return labels === undefined ? [] : [{ ...alert, labels }];
  });
}

/** The body of `POST /api/v2/alerts`. */
export function encodeAlerts(alerts: readonly SentAlert[]): Uint8Array {
  const body = alerts.map(({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }) => ({
    annotations: Object.fromEntries(labelPairs(annotations)),
    endsAt: new Date(endsAtMs).toISOString(),
    startsAt: new Date(startsAtMs).toISOString(),
    generatorURL: generatorUrl,
    labels: Object.fromEntries(labelPairs(labels)),
  }));
  return new TextEncoder().encode(JSON.stringify(body));
}
