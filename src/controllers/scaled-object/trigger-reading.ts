/** What the triggers say right now. */

import { describeError } from "#base";
import type { CronTrigger, ExternalTrigger, PrometheusTrigger } from "./trigger.ts";

/** Whoever answers PromQL. */
export interface PromValues {
  /** The values that a query has now. Throws when it is wrong or cannot be asked. */
  values(query: string, signal: AbortSignal): Promise<readonly number[]>;
}

export type TriggerReading =
  | { readonly kind: "read"; readonly value: number; readonly isActive: boolean }
  | { readonly kind: "failed"; readonly why: string };

export async function readTrigger(
  trigger: ExternalTrigger,
  prom: PromValues,
  nowMs: number,
  signal: AbortSignal,
): Promise<TriggerReading> {
  if (trigger.kind === "cron") return readCron(trigger, nowMs);
  try {
    return readValues(trigger, await prom.values(trigger.query, signal));
  } catch (error) {
    // The object's owner is told, and the next look asks again.
    if (signal.aborted) throw error;
    return { kind: "failed", why: describeError(error) };
  }
}

/** Between a start and the end after it: then the next end comes before the next start. */
function readCron({ start, end, desiredReplicas }: CronTrigger, nowMs: number): TriggerReading {
  const nextStartMs = start.next(nowMs) ?? Number.POSITIVE_INFINITY;
  const nextEndMs = end.next(nowMs) ?? Number.POSITIVE_INFINITY;
  const isActive = nextStartMs >= nextEndMs;
  return { kind: "read", value: isActive ? desiredReplicas : 0, isActive };
}

function readValues(trigger: PrometheusTrigger, values: readonly number[]): TriggerReading {
  const { query, ignoresNull, activationThreshold } = trigger;
  const read = (value: number): TriggerReading => {
    return { kind: "read", value, isActive: value > activationThreshold };
  };
  const [value, ...others] = values;
  if (others.length > 0) {
    return { kind: "failed", why: `prometheus query ${query} returned multiple elements` };
  }
  if (value !== undefined && Number.isFinite(value)) return read(value);
  if (ignoresNull) return read(0);
  const why =
    value === undefined
      ? "prometheus metrics 'prometheus' target may be lost, the result is empty"
      : `prometheus query returns ${value}`;
  return { kind: "failed", why };
}
