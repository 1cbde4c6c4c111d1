/** An estimate as the object tells it, within the bounds of its policy. Pure. */

import { formatQuantity, milliQuantityOf, parseQuantity, quantityMillis, quantityOf } from "#api";
import type {
  ContainerResourcePolicy,
  RecommendedContainerResources,
  VerticalPodAutoscalerSpec,
} from "#api/verticalautoscaling/v1";
import type { Amounts, Estimate } from "./estimate.ts";

type Texts = Readonly<Record<string, string>>;

/** Undefined where the policy wants nothing recommended for the container. */
export function recommendationOf(
  containerName: string,
  { target, lowerBound, upperBound }: Estimate,
  spec: VerticalPodAutoscalerSpec,
): RecommendedContainerResources | undefined {
  const policy = policyOf(spec, containerName);
  if (policy?.mode === "Off") return undefined;
  const controlled = policy?.controlledResources ?? ["cpu", "memory"];
  const told = (amounts: Amounts) => textsOf(amounts, controlled);
  return {
    containerName,
    target: within(told(target), policy),
    lowerBound: within(told(lowerBound), policy),
    upperBound: within(told(upperBound), policy),
    uncappedTarget: told(target),
  };
}

/** What is said of the container by its name, or else of all that are not named. */
export function policyOf(
  { resourcePolicy }: VerticalPodAutoscalerSpec,
  containerName: string,
): ContainerResourcePolicy | undefined {
  const policies = resourcePolicy?.containerPolicies ?? [];
  return (
    policies.find((one) => one.containerName === containerName) ??
    policies.find((one) => one.containerName === "*")
  );
}

function textsOf({ cpuMillis, memoryBytes }: Amounts, controlled: readonly string[]): Texts {
  const whole = (amount: number) => BigInt(Math.floor(amount));
  return {
    ...(controlled.includes("cpu")
      ? { cpu: formatQuantity(milliQuantityOf(whole(cpuMillis), "DecimalSI")) }
      : {}),
    ...(controlled.includes("memory")
      ? { memory: formatQuantity(quantityOf(whole(memoryBytes), "DecimalSI")) }
      : {}),
  };
}

function within(amounts: Texts, policy: ContainerResourcePolicy | undefined): Texts {
  const bounded = Object.entries(amounts).map(([resource, amount]) => {
    const raised = later(amount, policy?.minAllowed?.[resource], 1);
    return [resource, later(raised, policy?.maxAllowed?.[resource], -1)] as const;
  });
  return Object.fromEntries(bounded);
}

/** Of two amounts the larger (1) or the smaller (-1); a bound may have been written as a number. */
function later(amount: string, bound: string | number | undefined, direction: 1 | -1): string {
  if (bound === undefined) return amount;
  const text = String(bound);
  return (millisOf(text) - millisOf(amount)) * direction > 0 ? text : amount;
}

export function millisOf(quantity: string): number {
  return Number(quantityMillis(parseQuantity(quantity)));
}
