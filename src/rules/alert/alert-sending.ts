import type { Alert, Alerts } from "./alert-state.ts";

export interface SendingDelays {
  /** How often the group is evaluated. */
  readonly intervalMs: number;
  /** How long an Alertmanager is left alone with what it was told. */
  readonly resendDelayMs: number;
}

export interface SendingPlan {
  /** All alerts, with those that are sent marked so. */
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly sent: readonly Alert[];
}

/** Which alerts Alertmanagers must be told now. */
export function planSending(alerts: Alerts, delays: SendingDelays, nowMs: number): SendingPlan {
  // Two evaluations, or two failed attempts to send, may be missed before an alert ends by itself.
  const validUntilMs = nowMs + 4 * Math.max(delays.intervalMs, delays.resendDelayMs);
  const sent: Alert[] = [];
  const marked = new Map(alerts);
  for (const [key, alert] of alerts) {
    if (!needsSending(alert, delays.resendDelayMs, nowMs)) continue;
    const told = { ...alert, lastSentAtMs: nowMs, validUntilMs };
    marked.set(key, told);
    sent.push(told);
  }
  return { alerts: sent.length === 0 ? alerts : marked, sent };
}

function needsSending(alert: Alert, resendDelayMs: number, nowMs: number): boolean {
  const { state, lastSentAtMs, resolvedAtMs } = alert;
  if (state === "pending") return false;
  if (lastSentAtMs === undefined) return true;
  if (resolvedAtMs !== undefined && resolvedAtMs > lastSentAtMs) return true;
  return lastSentAtMs + resendDelayMs < nowMs;
}
