/** Keeps count of how many pods each PodDisruptionBudget lets go; the API server grants evictions by it. */

import {
  compileLabelSelector,
  formatLabelSelector,
  type Live,
  matchesLabels,
  type ObjectKey,
} from "#api";
import { deployment, replicaSet, statefulSet } from "#api/apps/v1";
import { type Pod, pod as podKind, replicationController } from "#api/core/v1";
import { type PodDisruptionBudget, podDisruptionBudget as budgetKind } from "#api/policy/v1";
import { type Informer, keyOfObject, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { canonicalText } from "../pod-template.ts";
import { needsScale, type Scale, statusOfBudget, untilLostMs } from "./plan.ts";
import { scaleOf, type ScaleSources } from "./scale.ts";

interface BudgetSources {
  readonly budgets: Informer<PodDisruptionBudget>;
  readonly pods: Informer<Pod>;
  readonly scales: ScaleSources;
}

interface Change {
  readonly before: { readonly metadata: { readonly namespace?: string | undefined } } | undefined;
  readonly after: { readonly metadata: { readonly namespace?: string | undefined } } | undefined;
}

export function podDisruptionBudgetController(deps: ControllerDeps): Controller {
  const { informers } = deps;
  const budgets = informers.of(budgetKind);
  const pods = informers.of(podKind);
  const scaled = {
    deployments: informers.of(deployment),
    replicaSets: informers.of(replicaSet),
    statefulSets: informers.of(statefulSet),
    replicationControllers: informers.of(replicationController),
  };
  const scales: ScaleSources = {
    deployments: scaled.deployments.cache,
    replicaSets: scaled.replicaSets.cache,
    statefulSets: scaled.statefulSets.cache,
    replicationControllers: scaled.replicationControllers.cache,
  };
  const sources: BudgetSources = { budgets, pods, scales };
  return keyedController(deps, {
    name: "controllermanager",
    queue: "disruption",
    feed: (add) => {
      // Whose size has changed can be told from its pods only, so that all of the namespace look again.
      const addAll = ({ before, after }: Change): void => {
        const namespace = (after ?? before)?.metadata.namespace ?? "";
        for (const budget of budgets.cache.list(namespace)) add(keyOfObject(budget));
      };
      return [
        budgets.onChange(({ after }) => {
          if (after !== undefined) add(keyOfObject(after));
        }),
        pods.onChange(({ before, after }) => enqueueBudgetsOf(budgets, [before, after], add)),
        scaled.deployments.onChange(addAll),
        scaled.statefulSets.onChange(addAll),
        scaled.replicaSets.onChange(addAll),
        scaled.replicationControllers.onChange(addAll),
      ];
    },
    reconcile: (context, key, signal) => reconcileBudget(context, sources, key, signal),
  });
}

function enqueueBudgetsOf(
  budgets: Informer<PodDisruptionBudget>,
  states: readonly (Live<Pod> | undefined)[],
  add: (key: ObjectKey) => void,
): void {
  for (const pod of states) {
    if (pod === undefined) continue;
    for (const budget of budgets.cache.list(pod.metadata.namespace ?? "")) {
      const selector = compileLabelSelector(budget.spec.selector);
      if (matchesLabels(selector, pod.metadata.labels ?? {})) add(keyOfObject(budget));
    }
  }
}

async function reconcileBudget(
  context: ReconcileContext,
  sources: BudgetSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const budget = sources.budgets.cache.find(key);
  if (budget === undefined) return settled;
  const selector = compileLabelSelector(budget.spec.selector);
  const pods = sources.pods.cache
    .list(key.namespace)
    .filter(({ metadata }) => matchesLabels(selector, metadata.labels ?? {}));
  const nowMs = context.clock.nowMs();
  const scale = findScale(context, sources, budget, pods);
  const status = statusOfBudget({ budget, pods, scale, nowMs });
  if (pods.length === 0) {
    const message = "No matching pods found";
    context.recorder.record(subjectOf(budget), { type: "Normal", reason: "NoPods", message });
  }
  if (canonicalText(status) !== canonicalText(budget.status)) {
    await context.client.of(budgetKind).updateStatus({ ...budget, status }, {}, signal);
  }
  const waitMs = untilLostMs(status, nowMs);
  return waitMs === undefined ? settled : revisitAfter(waitMs);
}

function subjectOf({ metadata }: Live<PodDisruptionBudget>) {
  return { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata };
}

function findScale(
  { recorder }: ReconcileContext,
  { scales }: BudgetSources,
  budget: Live<PodDisruptionBudget>,
  pods: readonly Live<Pod>[],
): Scale {
  if (!needsScale(budget)) return { kind: "known", wanted: pods.length };
  const { scale, unmanagedCount } = scaleOf(scales, pods);
  const report = (reason: string, message: string): void =>
    recorder.record(subjectOf(budget), { type: "Warning", reason, message });
  if (unmanagedCount > 0) {
    const selector = formatLabelSelector(compileLabelSelector(budget.spec.selector));
    report(
      "UnmanagedPods",
      `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`,
    );
  }
  if (scale.kind === "unknown") {
    const message = `Failed to calculate the number of expected pods: ${scale.message}`;
    report("CalculateExpectedPodCountFailed", message);
  }
  return scale;
}
