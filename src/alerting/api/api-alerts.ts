/** Alerts as the API takes and gives them. */
import { labelPairs, labelsOf } from "#series";
import { type Alert, alertOf } from "../alert/alert.ts";
import type { AlertStatus } from "../alertmanager.ts";
import { decodeAlerts, type PostedAlert } from "./decode-alerts.ts";

/** What was posted: those that can be taken, and what is wrong with the others. */
export interface TakenAlerts {
  readonly alerts: readonly Alert[];
  readonly problems: readonly string[];
}

/** Completes what was posted: a beginning, and an end when nobody tells of it any more. */
export function takeAlerts(body: string, nowMs: number, resolveTimeoutMs: number): TakenAlerts {
  const alerts: Alert[] = [];
  const problems: string[] = [];
  for (const posted of decodeAlerts(body)) {
    const alert = completed(posted, nowMs, resolveTimeoutMs);
    const problem = alertProblem(alert);
    if (problem === undefined) alerts.push(alert);
    else problems.push(problem);
  }
  return { alerts, problems };
}

/** An alert in the API's form. */
export function shownAlert(
  alert: Alert,
  { state, inhibitedBy, silencedBy }: AlertStatus,
  rest: { readonly receivers: readonly string[]; readonly mutedBy: readonly string[] },
): unknown {
  return {
    annotations: Object.fromEntries(labelPairs(alert.annotations)),
    endsAt: timeText(alert.endsAtMs),
    fingerprint: alert.fingerprint,
    receivers: rest.receivers.map((name) => ({ name })),
    startsAt: timeText(alert.startsAtMs),
    status: {
      inhibitedBy,
      mutedBy: rest.mutedBy,
      silencedBy,
      state: rest.mutedBy.length > 0 ? "suppressed" : state,
    },
    updatedAt: timeText(alert.updatedAtMs),
    generatorURL: alert.generatorUrl,
    labels: Object.fromEntries(labelPairs(alert.labels)),
  };
}

/** Milliseconds and UTC, as the API's times are. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function completed(posted: PostedAlert, nowMs: number, resolveTimeoutMs: number): Alert {
  const { labels, annotations, generatorUrl, endsAtMs } = posted;
  // An alert that only says when it was over has begun then at the latest.
  const startsAtMs =
    posted.startsAtMs ?? (endsAtMs === undefined ? nowMs : Math.min(endsAtMs, nowMs));
  return alertOf({
    labels: labelsOf(labels),
    annotations: labelsOf(annotations),
    startsAtMs,
    endsAtMs: endsAtMs ?? nowMs + resolveTimeoutMs,
    generatorUrl,
    updatedAtMs: nowMs,
    isTimeout: endsAtMs === undefined,
  });
}

function alertProblem({ labels, startsAtMs, endsAtMs }: Alert): string | undefined {
  if (labels.length === 0) return "at least one label pair required";
  if (labels.some((text, index) => index % 2 === 0 && text === "")) {
    return 'invalid label set: invalid name ""';
  }
  return endsAtMs < startsAtMs ? "start time must be before end time" : undefined;
}
