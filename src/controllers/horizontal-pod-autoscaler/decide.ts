/**
 * What an autoscaler does about what was found: the size of its target, its status and its events. Pure.
 * Order, conditions, reasons and messages are those of upstream's `horizontal.go`.
 */

import { type Live, parseQuantity } from "#api";
import type { HorizontalPodAutoscaler, MetricStatus } from "#api/autoscaling/v2";
import type { EventFacts } from "#client";
import type { Tolerance } from "./arithmetic.ts";
import { isConditionTrue, withCondition } from "./conditions.ts";
import {
  canScaleFromZero,
  type Decision,
  DecisionDraft,
  type Look,
  minOf,
  statusOf,
} from "./decision-draft.ts";
import type { MetricOutcome } from "./evaluate.ts";
import { type Normalized, normalize } from "./normalize.ts";
import type { AutoscalerOptions } from "./options.ts";

/** What the bounds alone say: what to do, or that the metrics decide. */
export type Bounds =
  | { readonly kind: "metrics" }
  | { readonly kind: "disabled" }
  | { readonly kind: "outside"; readonly replicas: number; readonly reason: string };

const belowMin = "Current number of replicas below Spec.MinReplicas";

export function boundsOf(
  autoscaler: Live<HorizontalPodAutoscaler>,
  currentReplicas: number,
): Bounds {
  const { maxReplicas } = autoscaler.spec;
  const minReplicas = minOf(autoscaler);
  if (currentReplicas === 0) {
    // Whoever else brought the target to zero wants it there.
    const isOurs = isConditionTrue(autoscaler.status.conditions, "ScaledToZero");
    const comesBack = isOurs && (minReplicas !== 0 || canScaleFromZero(autoscaler));
    return { kind: comesBack ? "metrics" : "disabled" };
  }
  if (currentReplicas > maxReplicas) {
    const reason = "Current number of replicas above Spec.MaxReplicas";
    return { kind: "outside", replicas: maxReplicas, reason };
  }
  if (currentReplicas >= minReplicas) return { kind: "metrics" };
  return { kind: "outside", replicas: minReplicas, reason: belowMin };
}

/** The target stays at zero, where somebody else has brought it. */
export function decideDisabled(look: Look): Decision {
  const message = "scaling is disabled since the replica count of the target is zero";
  const draft = new DecisionDraft(look);
  draft.tell("ScalingActive", "False", "ScalingDisabled", message);
  return draft.kept(message, []);
}

/** The target is outside of the autoscaler's bounds: no metric is looked at. */
export function decideOutside(
  look: Look,
  { replicas, reason }: Extract<Bounds, { readonly kind: "outside" }>,
): Decision {
  return new DecisionDraft(look).scaled({ replicas, reason }, []);
}

/** The target's selector cannot be used. */
export function decideWithoutPods(
  look: Look,
  problem: { readonly reason: string; readonly message: string; readonly event: EventFacts },
): Decision {
  const draft = new DecisionDraft(look);
  draft.warn(problem.event.reason, problem.event.message);
  draft.tell("ScalingActive", "False", problem.reason, problem.message);
  return draft.failed(problem.event.message, undefined);
}

/** By what the metrics say. */
export function decideByMetrics(look: Look, outcomes: readonly MetricOutcome[]): Decision {
  const draft = new DecisionDraft(look, outcomes);
  const failures = outcomes.filter((one) => one.kind === "failed");
  for (const { reason, why } of failures) draft.warn(reason, why);
  const leading = leadingOf(outcomes);
  const [first] = failures;
  // With part of the metrics unknown, more pods may be needed but no fewer.
  const isTrusted = first === undefined || (leading?.replicas ?? 0) >= look.currentReplicas;
  const statuses = outcomes.map(
    (one): MetricStatus => (one.kind === "proposed" ? one.status : { type: "" }),
  );
  if (leading === undefined || !isTrusted) {
    draft.tell("ScalingActive", "False", first?.reason ?? "", cannotCompute(first?.why ?? ""));
    const counts = `${failures.length} invalid out of ${outcomes.length}`;
    return draft.failed(`invalid metrics (${counts}), first error is: ${first?.chain}`, statuses);
  }
  const found = `the HPA was able to successfully calculate a replica count from ${leading.metric}`;
  draft.tell("ScalingActive", "True", "ValidMetricFound", found);
  return decideSize(look, draft, leading, statuses);
}

/** By what the leading metric asks for, as far as the autoscaler's rules let it have its way. */
function decideSize(
  { autoscaler, currentReplicas, nowMs, options, history }: Look,
  draft: DecisionDraft,
  leading: Proposed,
  statuses: readonly MetricStatus[],
): Decision {
  const minReplicas = minOf(autoscaler);
  const { maxReplicas, behavior } = autoscaler.spec;
  const wish = {
    currentReplicas,
    desiredReplicas: leading.replicas,
    minReplicas,
    maxReplicas,
    behavior,
    nowMs,
  };
  const normalized = normalize(wish, history, options);
  draft.tellNormalized(normalized);
  const comesBack = currentReplicas === 0 && normalized.replicas < minReplicas;
  const replicas = comesBack ? minReplicas : normalized.replicas;
  if (replicas === currentReplicas) return draft.kept(keptReason(normalized), statuses);
  const reason = reasonOf(leading, currentReplicas) ?? (comesBack ? belowMin : "");
  return draft.scaled({ replicas, reason }, statuses);
}

/** What becomes of a decision when the target could not be given its new size. */
export function decideAfterFailure(look: Look, decision: Decision, error: string): Decision {
  const { replicas = 0, reason = "" } = decision.rescale ?? {};
  const { conditions = [], currentMetrics } = decision.status;
  const facts = {
    type: "AbleToScale",
    status: "False",
    reason: "FailedUpdateScale",
    message: `the HPA controller was unable to update the target scale: ${error}`,
  } as const;
  const message = `New size: ${replicas}; reason: ${reason}; error: ${error}`;
  const { ups, downs } = look.history;
  return {
    status: {
      ...statusOf(look),
      currentMetrics,
      conditions: withCondition(conditions, facts, look.nowMs),
    },
    events: [
      ...decision.events.filter(({ type }) => type === "Warning"),
      { type: "Warning", reason: "FailedRescale", message },
    ],
    history: { ...decision.history, ups, downs },
    rescale: undefined,
    record: { ...decision.record, outcome: "failed", reason: message },
  };
}

/** The target's size could not even be found out. */
export function decideUnseen(
  autoscaler: Live<HorizontalPodAutoscaler>,
  error: string,
  nowMs: number,
): Pick<Decision, "status" | "events"> {
  const message = `the HPA controller was unable to get the target's current scale: ${error}`;
  const facts = {
    type: "AbleToScale",
    status: "False",
    reason: "FailedGetScale",
    message,
  } as const;
  const conditions = withCondition(autoscaler.status.conditions ?? [], facts, nowMs);
  return {
    status: { ...autoscaler.status, conditions },
    events: [{ type: "Warning", reason: "FailedGetScale", message: error }],
  };
}

/** How far metrics may be off: what the autoscaler says of each direction, or what holds for all. */
export function toleranceOf(
  { spec }: Live<HorizontalPodAutoscaler>,
  { tolerance }: AutoscalerOptions,
): Tolerance {
  const { scaleDown, scaleUp } = spec.behavior ?? {};
  return {
    down: ratioOf(scaleDown?.tolerance) ?? tolerance,
    up: ratioOf(scaleUp?.tolerance) ?? tolerance,
  };
}

function ratioOf(quantity: string | undefined): number | undefined {
  return quantity === undefined ? undefined : Number(parseQuantity(quantity).nanos) / 1e9;
}

type Proposed = Extract<MetricOutcome, { readonly kind: "proposed" }>;

/** The metric that asks for the most pods; of equals the first. */
function leadingOf(outcomes: readonly MetricOutcome[]): Proposed | undefined {
  let leading: Proposed | undefined;
  for (const one of outcomes) {
    if (one.kind === "failed") continue;
    // As upstream: as long as nothing but zero was proposed, the last name stands.
    const isBest =
      leading === undefined || leading.replicas === 0 || one.replicas > leading.replicas;
    if (isBest) leading = one;
  }
  return leading;
}

function reasonOf({ replicas, metric }: Proposed, currentReplicas: number): string | undefined {
  if (replicas > currentReplicas) return `${metric} above target`;
  return replicas < currentReplicas ? "All metrics below target" : undefined;
}

/** What holds the size where it is: a bound or policy, recent recommendations, or nothing. */
function keptReason({ stabilized, limited }: Normalized): string {
  return limited.isLimited ? limited.message : stabilized.message;
}

function cannotCompute(why: string): string {
  return `the HPA was unable to compute the replica count: ${why}`;
}
