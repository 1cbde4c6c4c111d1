/** Decisions as objects of our own group, so that `kubectl` and pages can read them. */

import {
  type AnyKind,
  formatQuantity,
  formatTime,
  type JsonObject,
  milliQuantityOf,
  notFound,
  quantityOf,
} from "#api";
import { scalingDecision } from "#api/explain/v1";
import { type Arithmetic, formatArithmetic } from "./arithmetic.ts";
import type { DecisionRecord, MetricRecord } from "./decision.ts";
import type { DecisionLog } from "./decision-log.ts";

export interface DecisionObjects {
  readonly kind: AnyKind;
  /** Those of a namespace, or all when it is empty, by autoscaler and oldest first. */
  list(namespace: string): readonly JsonObject[];
  /** Throws NotFound. */
  get(namespace: string, name: string): JsonObject;
}

export function decisionObjects(log: DecisionLog): DecisionObjects {
  const list = (namespace: string) => log.in(namespace).map(objectOf);
  return {
    kind: scalingDecision,
    list,
    get(namespace, name) {
      const found = log.in(namespace).find((record) => nameOf(record) === name);
      if (found !== undefined) return objectOf(found);
      throw notFound({ group: "explain.wherry", name: "scalingdecisions" }, name);
    },
  };
}

/** The autoscaler's, and the moment: sorted by name they are in the order of time. */
function nameOf({ autoscaler, atMs }: DecisionRecord): string {
  return `${autoscaler.name}.${Math.round(atMs).toString(16)}`;
}

function objectOf(record: DecisionRecord): JsonObject {
  const { autoscaler, atMs, metrics, steps, ...facts } = record;
  const { trigger, currentReplicas, desiredReplicas, outcome, reason } = facts;
  const time = formatTime(atMs);
  return {
    metadata: {
      name: nameOf(record),
      namespace: autoscaler.namespace,
      creationTimestamp: time,
      labels: { autoscaler: autoscaler.name },
    },
    time,
    trigger,
    currentReplicas,
    desiredReplicas,
    outcome,
    reason,
    metrics: metrics.map(metricObject),
    steps: steps.map((step) => ({ ...step })),
  };
}

function metricObject(record: MetricRecord): JsonObject {
  if (record.kind === "failed") return { problem: record.why };
  const { metric, replicas, arithmetic } = record;
  const { unit, ratio, readyCount, unready, missing, ignored } = arithmetic;
  return {
    metric,
    replicas,
    arithmetic: formatArithmetic(arithmetic),
    unit: unit === "percent" ? "percent" : "amount",
    current: amountText(arithmetic, "current"),
    target: amountText(arithmetic, "target"),
    ratio,
    readyPods: readyCount,
    ...(unready.length === 0 ? {} : { unreadyPods: unready }),
    ...(missing.length === 0 ? {} : { unmeasuredPods: missing }),
    ...(ignored.length === 0 ? {} : { ignoredPods: ignored }),
  };
}

function amountText({ unit, ...amounts }: Arithmetic, which: "current" | "target"): string {
  const amount = amounts[which];
  const isPercent = unit === "percent";
  return formatQuantity(
    isPercent ? quantityOf(amount, "DecimalSI") : milliQuantityOf(amount, "DecimalSI"),
  );
}
