/**
 * From what the metrics ask for to what is done: within the bounds of the autoscaler, no faster than
 * its policies allow, and not on the strength of one recommendation where it wants to wait. Pure. Rules
 * and words are upstream's.
 */

import type {
  HorizontalPodAutoscalerBehavior,
  HPAScalingPolicy,
  HPAScalingRules,
} from "#api/autoscaling/v2";
import { changeSince, type History, withRecommendation } from "./history.ts";
import type { AutoscalerOptions } from "./options.ts";

export interface Wish {
  readonly currentReplicas: number;
  /** What the metrics ask for. */
  readonly desiredReplicas: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly behavior: HorizontalPodAutoscalerBehavior | undefined;
  readonly nowMs: number;
}

/** What one step made of a number, in the words of a condition. */
export interface NormalizationStep {
  readonly replicas: number;
  readonly reason: string;
  readonly message: string;
}

export interface Normalized {
  readonly replicas: number;
  /** For the condition AbleToScale. */
  readonly stabilized: NormalizationStep;
  /** For the condition ScalingLimited, and whether it holds. */
  readonly limited: NormalizationStep & { readonly isLimited: boolean };
  /** With the wish as a recommendation. */
  readonly history: History;
}

export function normalize(wish: Wish, history: History, options: AutoscalerOptions): Normalized {
  const rules = wish.behavior === undefined ? undefined : resolveBehavior(wish.behavior, options);
  const stabilized =
    rules === undefined ? heldUp(wish, history, options) : stabilize(wish, history, rules);
  const { replicas } = stabilized;
  const limit =
    rules === undefined
      ? boundedByDefault(wish, replicas)
      : bounded(wish, replicas, history, rules);
  const windowMs =
    rules === undefined
      ? options.downscaleStabilizationMs
      : Math.max(rules.up.windowMs, rules.down.windowMs);
  const recommendation = { replicas: wish.desiredReplicas, atMs: wish.nowMs };
  return {
    replicas: limit.replicas,
    stabilized: replicas === wish.desiredReplicas ? { ...ready, replicas } : stabilized,
    limited: { ...limit, isLimited: limit.replicas !== replicas },
    history: withRecommendation(history, recommendation, windowMs),
  };
}

const ready = { reason: "ReadyForNewScale", message: "recommended size matches current size" };
const higherRecently = {
  reason: "ScaleDownStabilized",
  message:
    "recent recommendations were higher than current one, applying the highest recent recommendation",
};
const lowerRecently = {
  reason: "ScaleUpStabilized",
  message:
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
};
const within = {
  reason: "DesiredWithinRange",
  message: "the desired count is within the acceptable range",
};
const tooMany = {
  reason: "TooManyReplicas",
  message: "the desired replica count is more than the maximum replica count",
};
const tooFew = {
  reason: "TooFewReplicas",
  message: "the desired replica count is less than the minimum replica count",
};
const tooFast = {
  reason: "ScaleUpLimit",
  message: "the desired replica count is increasing faster than the maximum scale rate",
};
const tooFastDown = {
  reason: "ScaleDownLimit",
  message: "the desired replica count is decreasing faster than the maximum scale rate",
};

/** The highest of the recent recommendations. */
function heldUp(
  { desiredReplicas, nowMs }: Wish,
  { recommendations }: History,
  { downscaleStabilizationMs }: AutoscalerOptions,
): NormalizationStep {
  const recent = recommendations.filter(({ atMs }) => atMs >= nowMs - downscaleStabilizationMs);
  const replicas = Math.max(desiredReplicas, ...recent.map((one) => one.replicas));
  return { ...higherRecently, replicas };
}

/** Without rules of its own, an autoscaler doubles its target at most, or brings it to four. */
function boundedByDefault(
  { currentReplicas, minReplicas, maxReplicas }: Wish,
  replicas: number,
): NormalizationStep {
  const fastest = Math.max(2 * currentReplicas, 4);
  const most = Math.min(maxReplicas, fastest);
  if (replicas < minReplicas) return { ...tooFew, replicas: minReplicas };
  if (replicas > most) return { ...(maxReplicas > fastest ? tooFast : tooMany), replicas: most };
  return { ...within, replicas };
}

interface DirectionRules {
  readonly windowMs: number;
  readonly select: string;
  readonly policies: readonly HPAScalingPolicy[];
}

export interface BehaviorRules {
  readonly up: DirectionRules;
  readonly down: DirectionRules;
}

/** What an autoscaler's rules leave open is upstream's default. */
export function resolveBehavior(
  { scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior,
  { downscaleStabilizationMs }: AutoscalerOptions,
): BehaviorRules {
  return {
    up: resolveRules(scaleUp, { windowMs: 0, select: "Max", policies: defaultUpPolicies }),
    down: resolveRules(scaleDown, {
      windowMs: downscaleStabilizationMs,
      select: "Max",
      policies: defaultDownPolicies,
    }),
  };
}

const defaultUpPolicies: readonly HPAScalingPolicy[] = [
  { type: "Pods", value: 4, periodSeconds: 15 },
  { type: "Percent", value: 100, periodSeconds: 15 },
];
const defaultDownPolicies: readonly HPAScalingPolicy[] = [
  { type: "Percent", value: 100, periodSeconds: 15 },
];

function resolveRules(
  rules: HPAScalingRules | undefined,
  defaults: DirectionRules,
): DirectionRules {
  const seconds = rules?.stabilizationWindowSeconds;
  return {
    windowMs: seconds === undefined ? defaults.windowMs : seconds * 1000,
    select: rules?.selectPolicy ?? defaults.select,
    policies: rules?.policies ?? defaults.policies,
  };
}

/** The longest period that the policies of one direction look back. */
export function longestPeriodMs({ policies }: DirectionRules): number {
  return Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds * 1000));
}

/** As far as all recommendations of a direction's window agree. */
function stabilize(
  { currentReplicas, desiredReplicas, nowMs }: Wish,
  { recommendations }: History,
  { up, down }: BehaviorRules,
): NormalizationStep {
  const since = (windowMs: number) =>
    recommendations.filter(({ atMs }) => atMs > nowMs - windowMs).map((one) => one.replicas);
  const lowest = Math.min(desiredReplicas, ...since(up.windowMs));
  const highest = Math.max(desiredReplicas, ...since(down.windowMs));
  const replicas = Math.min(Math.max(currentReplicas, lowest), highest);
  const words = desiredReplicas >= currentReplicas ? lowerRecently : higherRecently;
  return { ...words, replicas };
}

function bounded(
  wish: Wish,
  replicas: number,
  history: History,
  rules: BehaviorRules,
): NormalizationStep {
  const { currentReplicas, minReplicas, maxReplicas } = wish;
  if (replicas > currentReplicas) {
    const fastest = Math.max(currentReplicas, limitOf(wish, history, rules.up, "up"));
    const most = Math.min(maxReplicas, fastest);
    const words = maxReplicas > fastest ? tooFast : tooMany;
    return replicas > most ? { ...words, replicas: most } : { ...within, replicas };
  }
  if (replicas < currentReplicas) {
    const fastest = Math.min(currentReplicas, limitOf(wish, history, rules.down, "down"));
    const fewest = Math.max(minReplicas, fastest);
    const words = minReplicas < fastest ? tooFastDown : tooFew;
    return replicas < fewest ? { ...words, replicas: fewest } : { ...within, replicas };
  }
  return { ...within, replicas };
}

/** How far the policies of one direction let the target go from where it was when their periods began. */
function limitOf(
  { currentReplicas, nowMs }: Wish,
  { ups, downs }: History,
  { select, policies }: DirectionRules,
  direction: "up" | "down",
): number {
  if (select === "Disabled") return currentReplicas;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const sinceMs = nowMs - periodSeconds * 1000;
    const start = currentReplicas - changeSince(ups, sinceMs) + changeSince(downs, sinceMs);
    const sign = direction === "up" ? 1 : -1;
    if (type === "Pods") return start + sign * value;
    const scaled = start * (1 + (sign * value) / 100);
    // Rounded up, or a small target would never grow.
    return direction === "up" ? Math.ceil(scaled) : Math.trunc(scaled);
  });
  const takesFarthest = select !== "Min";
  const takesHighest = (direction === "up") === takesFarthest;
  return takesHighest ? Math.max(...limits) : Math.min(...limits);
}
