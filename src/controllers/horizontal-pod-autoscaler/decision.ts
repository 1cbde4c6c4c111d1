/** A decision as it is kept for people to read: every number and where it came from. */

import type { ObjectKey } from "#api";
import { type Arithmetic, formatArithmetic } from "./arithmetic.ts";
import type { NormalizationStep } from "./normalize.ts";

export interface DecisionRecord {
  readonly autoscaler: ObjectKey;
  readonly atMs: number;
  /** What led to the look: the regular one, or a figure that is new. */
  readonly trigger: Trigger;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly outcome: "scaled" | "kept" | "failed";
  /** In the words of the event, or of the condition that tells of the failure. */
  readonly reason: string;
  readonly metrics: readonly MetricRecord[];
  /** What stabilization, policies and bounds made of the number. */
  readonly steps: readonly NormalizationStep[];
}

export type Trigger = "sync" | "sample";

export type MetricRecord =
  | {
      readonly kind: "proposed";
      readonly metric: string;
      readonly replicas: number;
      readonly arithmetic: Arithmetic;
    }
  | { readonly kind: "failed"; readonly why: string };

/** One line for each metric and each step that changed the number. */
export function explainDecision(record: DecisionRecord): readonly string[] {
  const { currentReplicas, desiredReplicas, metrics, steps, reason } = record;
  return [
    `${currentReplicas} → ${desiredReplicas}: ${reason}`,
    ...metrics.map((one) =>
      one.kind === "failed" ? one.why : `${one.metric}: ${formatArithmetic(one.arithmetic)}`,
    ),
    ...steps.map(({ replicas, message }) => `${replicas}: ${message}`),
  ];
}
