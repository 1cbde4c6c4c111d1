/** What upstream's admission webhook has against an autoscaler beside what its declaration says. */

import { compareQuantities, type Quantity } from "#api";
import type {
  ContainerResourcePolicy,
  PodUpdatePolicy,
  VerticalPodAutoscaler,
} from "#api/verticalautoscaling/v1";
import {
  forbiddenField,
  invalidValue,
  notSupported,
  type Problems,
  required,
} from "../problems.ts";
import { quantityAt } from "../resource-list.ts";

/** One without a spec is told so by its declaration. */
export function* verticalAutoscalerProblems({ spec }: Partial<VerticalPodAutoscaler>): Problems {
  if (spec?.updatePolicy !== undefined) yield* updateProblems(spec.updatePolicy);
  for (const [index, policy] of (spec?.resourcePolicy?.containerPolicies ?? []).entries()) {
    yield* policyProblems(`spec.resourcePolicy.containerPolicies[${index}]`, policy);
  }
}

function* updateProblems({ updateMode, minReplicas }: PodUpdatePolicy): Problems {
  if (updateMode === undefined) {
    const why = "updateMode is required if UpdatePolicy is used";
    yield required("spec.updatePolicy.updateMode", why);
  }
  if (minReplicas !== undefined && minReplicas <= 0) {
    const why = "minReplicas has to be positive";
    yield invalidValue("spec.updatePolicy.minReplicas", minReplicas, why);
  }
}

const controllable = ["cpu", "memory"];

function* policyProblems(at: string, policy: ContainerResourcePolicy): Problems {
  const { containerName = "", mode, minAllowed = {}, maxAllowed = {}, controlledValues } = policy;
  if (containerName === "") yield required(`${at}.containerName`);
  const most = textsOf(maxAllowed);
  for (const [resource, least] of textsOf(minAllowed)) {
    yield* wholeProblems(`${at}.minAllowed[${resource}]`, resource, least);
    const bound = most.get(resource);
    if (bound === undefined) continue;
    if (compareQuantities(quantityAt(bound), quantityAt(least)) >= 0) continue;
    const why = `max resource for ${resource} is lower than min of "${least}"`;
    yield invalidValue(`${at}.maxAllowed[${resource}]`, bound, why);
  }
  for (const [resource, amount] of most) {
    yield* wholeProblems(`${at}.maxAllowed[${resource}]`, resource, amount);
  }
  if (mode === "Off" && controlledValues === "RequestsAndLimits") {
    const why = "controlledValues shouldn't be specified if container scaling mode is off";
    yield forbiddenField(`${at}.controlledValues`, why);
  }
  for (const [index, resource] of (policy.controlledResources ?? []).entries()) {
    if (controllable.includes(resource)) continue;
    yield notSupported(`${at}.controlledResources[${index}]`, resource, controllable);
  }
}

/** Amounts of custom resources stay as they were written, and may have been written as numbers. */
function textsOf(amounts: Readonly<Record<string, string | number>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(amounts).map(([name, amount]) => [name, String(amount)]));
}

const nanosPerMilli = 1_000_000n;
const nanosPerUnit = 1_000_000_000n;

function* wholeProblems(field: string, resource: string, amount: string): Problems {
  const isWhole = ({ nanos }: Quantity, step: bigint) => nanos % step === 0n;
  if (resource === "cpu" && !isWhole(quantityAt(amount), nanosPerMilli)) {
    yield invalidValue(field, amount, "must be a whole number of milli CPUs");
  }
  if (resource === "memory" && !isWhole(quantityAt(amount), nanosPerUnit)) {
    yield invalidValue(field, amount, "must be a whole number of bytes");
  }
}
