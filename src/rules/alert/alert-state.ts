/**
 * The life of an alert: pending while its condition has not held for long enough, then firing, then
 * inactive; kept for a while after that, so that its end is told even to an Alertmanager that was away.
 * Pure: the same alerts, results and time give the same alerts.
 */
import type { Labels } from "#series";

/** One instance of an alerting rule. Times are in milliseconds since the epoch. */
export interface Alert {
  readonly state: "pending" | "firing" | "inactive";
  /** What identifies it, `alertname` included. */
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Of the expression, when it was last true. */
  readonly value: number;
  readonly activeAtMs: number;
  readonly firedAtMs: number | undefined;
  readonly resolvedAtMs: number | undefined;
  readonly lastSentAtMs: number | undefined;
  /** When an Alertmanager may take it for resolved if it hears nothing more. */
  readonly validUntilMs: number | undefined;
  /** Since when it fires on although its condition has ceased. */
  readonly keepFiringSinceMs: number | undefined;
}

/** What the expression gave for one alert, its texts expanded. */
export type AlertResult = Pick<Alert, "labels" | "annotations" | "value">;

/** Alerts by `labelsKey` of their labels. */
export type Alerts = ReadonlyMap<string, Alert>;

export interface AlertTiming {
  readonly forMs: number;
  readonly keepFiringForMs: number;
}

/** How long a resolved alert is kept, and told to Alertmanagers again and again. */
const resolvedRetentionMs = 15 * 60_000;

/** The alerts after an evaluation at `nowMs` that gave `results`. */
export function nextAlerts(
  alerts: Alerts,
  results: ReadonlyMap<string, AlertResult>,
  timing: AlertTiming,
  nowMs: number,
): Map<string, Alert> {
  const next = new Map<string, Alert>();
  for (const [key, alert] of alerts) {
    const result = results.get(key);
    const followed =
      result === undefined
        ? withoutResult(alert, timing, nowMs)
        : withResult(alert, result, timing, nowMs);
    if (followed !== undefined) next.set(key, followed);
  }
  for (const [key, result] of results) {
    if (!alerts.has(key)) next.set(key, settled(begun(result, nowMs), timing, nowMs));
  }
  return next;
}

/** Whether an alert counts as active: what limits count and series are written for. */
export function isActive(alert: Alert): boolean {
  return alert.state !== "inactive";
}

function begun(result: AlertResult, nowMs: number): Alert {
  return {
    ...result,
    state: "pending",
    activeAtMs: nowMs,
    firedAtMs: undefined,
    resolvedAtMs: undefined,
    lastSentAtMs: undefined,
    validUntilMs: undefined,
    keepFiringSinceMs: undefined,
  };
}

function withResult(alert: Alert, result: AlertResult, timing: AlertTiming, nowMs: number): Alert {
  if (alert.state === "inactive") return settled(begun(result, nowMs), timing, nowMs);
  const { annotations, value } = result;
  const continued = { ...alert, annotations, value, keepFiringSinceMs: undefined };
  return settled(continued, timing, nowMs);
}

function withoutResult(alert: Alert, timing: AlertTiming, nowMs: number): Alert | undefined {
  if (alert.state === "pending") return undefined;
  if (alert.state === "firing") {
    const keepFiringSinceMs = alert.keepFiringSinceMs ?? nowMs;
    if (nowMs - keepFiringSinceMs < timing.keepFiringForMs) {
      return settled({ ...alert, keepFiringSinceMs }, timing, nowMs);
    }
    return { ...alert, keepFiringSinceMs, state: "inactive", resolvedAtMs: nowMs };
  }
  const isOver = nowMs - (alert.resolvedAtMs ?? nowMs) > resolvedRetentionMs;
  return isOver ? undefined : alert;
}

/** Pending or firing, as the time that it has been active demands; which a reload may have changed. */
function settled(alert: Alert, timing: AlertTiming, nowMs: number): Alert {
  const isDue = nowMs - alert.activeAtMs >= timing.forMs;
  if (alert.state === "pending" && isDue) return { ...alert, state: "firing", firedAtMs: nowMs };
  if (alert.state === "firing" && !isDue) {
    return {
      ...alert,
      state: "pending",
      firedAtMs: undefined,
      lastSentAtMs: undefined,
      keepFiringSinceMs: undefined,
    };
  }
  return alert;
}
