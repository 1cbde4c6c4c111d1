/** A decision in the making: what is told of one look, until it is known how it ends. */

import { formatTime, type Live } from "#api";
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerStatus,
  MetricStatus,
} from "#api/autoscaling/v2";
import type { EventFacts } from "#client";
import { type ConditionFacts, withCondition } from "./conditions.ts";
import type { DecisionRecord, Trigger } from "./decision.ts";
import type { MetricOutcome } from "./evaluate.ts";
import { type History, withScaleStep } from "./history.ts";
import { longestPeriodMs, type Normalized, resolveBehavior } from "./normalize.ts";
import type { AutoscalerOptions } from "./options.ts";

/** One look at an autoscaler, as far as it got. */
export interface Look {
  readonly autoscaler: Live<HorizontalPodAutoscaler>;
  readonly currentReplicas: number;
  readonly history: History;
  readonly trigger: Trigger;
  readonly nowMs: number;
  readonly options: AutoscalerOptions;
}

/** What is to be done, and what is to be told once it is done. */
export interface Decision {
  readonly status: HorizontalPodAutoscalerStatus;
  readonly events: readonly EventFacts[];
  readonly history: History;
  /** The new size; undefined leaves the target as it is. */
  readonly rescale: { readonly replicas: number; readonly reason: string } | undefined;
  readonly record: DecisionRecord;
}

/** Gathers conditions and events on the way to a decision. */
export class DecisionDraft {
  readonly #look: Look;
  readonly #events: EventFacts[] = [];
  readonly #outcomes: readonly MetricOutcome[];
  #conditions: NonNullable<HorizontalPodAutoscalerStatus["conditions"]>;
  #history: History;
  #steps: DecisionRecord["steps"] = [];

  constructor(look: Look, outcomes: readonly MetricOutcome[] = []) {
    this.#look = look;
    this.#outcomes = outcomes;
    this.#history = look.history;
    this.#conditions = look.autoscaler.status.conditions ?? [];
    const message = "the HPA controller was able to get the target's current scale";
    this.tell("AbleToScale", "True", "SucceededGetScale", message);
  }

  tell(
    type: ConditionFacts["type"],
    status: ConditionFacts["status"],
    reason: string,
    message: string,
  ): void {
    const facts = { type, status, reason, message };
    this.#conditions = withCondition(this.#conditions, facts, this.#look.nowMs);
  }

  tellNormalized({ stabilized, limited, history }: Normalized): void {
    this.tell("AbleToScale", "True", stabilized.reason, stabilized.message);
    const isLimited = limited.isLimited ? "True" : "False";
    this.tell("ScalingLimited", isLimited, limited.reason, limited.message);
    this.#history = history;
    const { reason, message, replicas } = limited;
    this.#steps = [stabilized, { reason, message, replicas }];
  }

  warn(reason: string, message: string): void {
    this.#events.push({ type: "Warning", reason, message });
  }

  /** The target is given a new size. */
  scaled(
    rescale: { readonly replicas: number; readonly reason: string },
    statuses: readonly MetricStatus[],
  ): Decision {
    const { currentReplicas, autoscaler, nowMs, options } = this.#look;
    const { replicas, reason } = rescale;
    const done = `the HPA controller was able to update the target scale to ${replicas}`;
    this.tell("AbleToScale", "True", "SucceededRescale", done);
    const message = `New size: ${replicas}; reason: ${reason}`;
    this.#events.push({ type: "Normal", reason: "SuccessfulRescale", message });
    this.#tellZero(replicas);
    const { behavior } = autoscaler.spec;
    if (behavior !== undefined) {
      const { up, down } = resolveBehavior(behavior, options);
      const periodMs = longestPeriodMs(replicas > currentReplicas ? up : down);
      const step = { from: currentReplicas, to: replicas, atMs: nowMs };
      this.#history = withScaleStep(this.#history, step, periodMs);
    }
    const status = {
      ...this.#status(statuses),
      desiredReplicas: replicas,
      lastScaleTime: formatTime(nowMs),
    };
    return { ...this.#common(status), rescale, record: this.#record("scaled", replicas, reason) };
  }

  kept(reason: string, statuses: readonly MetricStatus[]): Decision {
    const { currentReplicas } = this.#look;
    const status = { ...this.#status(statuses), desiredReplicas: currentReplicas };
    const record = this.#record("kept", currentReplicas, reason);
    return { ...this.#common(status), rescale: undefined, record };
  }

  failed(message: string, statuses: readonly MetricStatus[] | undefined): Decision {
    this.warn("FailedComputeMetricsReplicas", message);
    const record = this.#record("failed", this.#look.currentReplicas, message);
    return { ...this.#common(this.#status(statuses)), rescale: undefined, record };
  }

  /** Only who may bring a target to zero says whether it has. */
  #tellZero(replicas: number): void {
    const { autoscaler } = this.#look;
    const isKnown = this.#conditions.some(({ type }) => type === "ScaledToZero");
    if (replicas === 0 && minOf(autoscaler) === 0 && canScaleFromZero(autoscaler)) {
      const message = "the HPA controller scaled the workload to zero";
      this.tell("ScaledToZero", "True", "ScaledToZero", message);
    } else if (isKnown) {
      const message = "the HPA controller did not scale the workload to zero";
      this.tell("ScaledToZero", "False", "NotScaledToZero", message);
    }
  }

  #status(statuses: readonly MetricStatus[] | undefined): HorizontalPodAutoscalerStatus {
    return {
      ...statusOf(this.#look),
      currentMetrics: statuses,
      conditions: this.#conditions,
    };
  }

  #common(status: HorizontalPodAutoscalerStatus) {
    return { status, events: this.#events, history: this.#history };
  }

  #record(
    outcome: DecisionRecord["outcome"],
    desiredReplicas: number,
    reason: string,
  ): DecisionRecord {
    const { autoscaler, nowMs, trigger, currentReplicas } = this.#look;
    const { namespace = "", name } = autoscaler.metadata;
    return {
      autoscaler: { namespace, name },
      atMs: nowMs,
      trigger,
      currentReplicas,
      desiredReplicas,
      outcome,
      reason,
      metrics: this.#outcomes.map((one) =>
        one.kind === "failed"
          ? { kind: "failed", why: one.chain }
          : {
              kind: "proposed",
              metric: one.metric,
              replicas: one.replicas,
              arithmetic: one.arithmetic,
            },
      ),
      steps: this.#steps,
    };
  }
}

export function minOf({ spec }: Live<HorizontalPodAutoscaler>): number {
  return spec.minReplicas ?? 1;
}

/** Pods that are not there use nothing: only figures from elsewhere can call them back. */
export function canScaleFromZero({ spec }: Live<HorizontalPodAutoscaler>): boolean {
  return spec.metrics?.some(({ type }) => type === "Object" || type === "External") ?? false;
}

/** The status as it is, as far as upstream takes it over. */
export function statusOf({ autoscaler, currentReplicas }: Look): HorizontalPodAutoscalerStatus {
  const { desiredReplicas, lastScaleTime } = autoscaler.status;
  return {
    currentReplicas,
    desiredReplicas,
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
  };
}
