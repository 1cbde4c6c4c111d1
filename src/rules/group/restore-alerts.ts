import {
  createMatcher,
  dropLabels,
  isStaleAt,
  type LabelMatcher,
  labelsKey,
  metricNameLabel,
  type Querier,
  type Queryable,
  SampleBuffer,
  type SeriesSource,
} from "#series";
import { alertNameLabel, forStateSeriesName } from "../alert/alert-series.ts";
import { restoredActiveAtMs, type StoredForState } from "../alert/restore.ts";
import type { AlertingRule } from "./alerting-rule.ts";

export interface RestoreContext {
  readonly queryable: Queryable;
  readonly timing: {
    readonly nowMs: number;
    readonly outageToleranceMs: number;
    readonly forGracePeriodMs: number;
  };
  readonly signal: AbortSignal;
}

/**
 * Gives alerts the time back that they had been active for when the program went down. Rules with a
 * `for` below the grace period are left out: waiting for it anew takes no longer.
 */
export async function restoreAlerts(
  rules: readonly AlertingRule[],
  { queryable, timing, signal }: RestoreContext,
): Promise<void> {
  const waiting = rules.filter(({ spec }) => spec.forMs >= timing.forGracePeriodMs);
  if (waiting.length === 0) return;
  const range = { minMs: timing.nowMs - timing.outageToleranceMs, maxMs: timing.nowMs };
  await using querier = await queryable.querier(range.minMs, range.maxMs);
  for (const rule of waiting) {
    const hints = { ...range, seriesMax: 0 };
    const stored = await storedStates(querier, rule, { hints, signal });
    rule.alerts = new Map(
      [...rule.alerts].map(([key, alert]) => {
        const state = stored.get(labelsKey(alert.labels));
        if (state === undefined) return [key, alert];
        const { forMs } = rule.spec;
        const gracePeriodMs = timing.forGracePeriodMs;
        const activeAtMs = restoredActiveAtMs(state, { forMs, gracePeriodMs, nowMs: timing.nowMs });
        return [key, { ...alert, activeAtMs }];
      }),
    );
  }
}

async function storedStates(
  querier: Querier,
  rule: AlertingRule,
  select: {
    readonly hints: { readonly minMs: number; readonly maxMs: number; readonly seriesMax: number };
    readonly signal: AbortSignal;
  },
): Promise<ReadonlyMap<string, StoredForState>> {
  const sources = await querier.select(matchersOf(rule), select.hints, select.signal);
  const buffer = new SampleBuffer();
  const states = new Map<string, StoredForState>();
  for (const source of sources) {
    const state = lastState(source, buffer, select.hints);
    if (state === undefined) continue;
    states.set(labelsKey(dropLabels(source.labels, metricNames)), state);
  }
  return states;
}

const metricNames: ReadonlySet<string> = new Set([metricNameLabel]);

function matchersOf({ spec }: AlertingRule): readonly LabelMatcher[] {
  // The text of a template differs from what was stored, alert by alert.
  const fixed = spec.labels.filter(
    ([name, text]) => !text.includes("{{") && name !== alertNameLabel,
  );
  return [
    createMatcher("=", metricNameLabel, forStateSeriesName),
    createMatcher("=", alertNameLabel, spec.name),
    ...fixed.map(([name, text]) => createMatcher("=", name, text)),
  ];
}

/** The last sample, unless it says that the alert had ended. */
function lastState(
  source: SeriesSource,
  buffer: SampleBuffer,
  range: { readonly minMs: number; readonly maxMs: number },
): StoredForState | undefined {
  buffer.clear();
  source.read(buffer, range.minMs, range.maxMs);
  const last = buffer.count - 1;
  if (last < 0 || isStaleAt(buffer.values, last)) return undefined;
  return {
    timestampMs: buffer.timestampsMs[last] ?? 0,
    activeAtSeconds: buffer.values[last] ?? 0,
  };
}
