/** Amounts of resources: which names there are, and what amounts are possible. */

import { labelKeyProblems, parseQuantity, type Quantity, ValueError } from "#api";
import { invalidFor, invalidValue, type Problems } from "./problems.ts";

export type ResourceList = Readonly<Record<string, string>>;

const containerResources: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage"]);

const quotaResources = [
  "pods",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "resourcequotas",
  "storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "services.nodeports",
  "services.loadbalancers",
];
const standardResources: ReadonlySet<string> = new Set([...containerResources, ...quotaResources]);

/** Objects are counted in whole ones. */
const countedResources: ReadonlySet<string> = new Set([
  "pods",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "resourcequotas",
  "services.nodeports",
  "services.loadbalancers",
]);

const nativePrefix = "kubernetes.io/";
const nanosPerUnit = 1_000_000_000n;

export function isHugePages(name: string): boolean {
  return name.startsWith("hugepages-");
}

/** Whether a node may promise more of the resource than it has. */
export function canOvercommit(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

function isNative(name: string): boolean {
  return !name.includes("/") || name.includes(nativePrefix);
}

/** Names that containers may ask for. */
export function* containerResourceNameProblems(field: string, name: string): Problems {
  yield* resourceNameProblems(field, name);
  if (!name.includes("/")) {
    if (containerResources.has(name) || isHugePages(name)) return;
    yield invalidValue(field, name, "must be a standard resource for containers");
  } else if (!isNative(name) && !isExtended(name)) {
    yield invalidValue(field, name, "doesn't follow extended resource name standard");
  }
}

export function* resourceNameProblems(field: string, name: string): Problems {
  const reasons = labelKeyProblems(name);
  yield* invalidFor(field, name, reasons);
  if (reasons.length > 0 || name.includes("/")) return;
  if (standardResources.has(name) || isHugePages(name)) return;
  if (name.startsWith("requests.hugepages-")) return;
  yield invalidValue(field, name, "must be a standard resource type or fully qualified");
}

/** Names that quotas may limit. */
export function* quotaResourceNameProblems(field: string, name: string): Problems {
  const reasons = labelKeyProblems(name);
  yield* invalidFor(field, name, reasons);
  if (reasons.length > 0 || name.includes("/")) return;
  if (standardResources.has(name) || /^(requests\.)?hugepages-/.test(name)) return;
  yield invalidValue(field, name, "must be a standard resource for quota");
}

function isExtended(name: string): boolean {
  return !name.startsWith("requests.") && labelKeyProblems(`requests.${name}`).length === 0;
}

/** The amount, which is not below zero and whole where things are counted. */
export function* amountProblems(field: string, name: string, text: string): Problems {
  const quantity = quantityAt(text);
  if (quantity.nanos < 0n) {
    yield invalidValue(field, text, "must be greater than or equal to 0");
  }
  if ((countedResources.has(name) || !isNative(name)) && quantity.nanos % nanosPerUnit !== 0n) {
    yield invalidValue(field, text, "must be an integer");
  }
}

/** A quantity that was decoded already; what cannot be read counts as nothing. */
export function quantityAt(text: string): Quantity {
  try {
    return parseQuantity(text);
  } catch (error) {
    // Decoding refuses what is no quantity, so that only objects made by hand come here.
    if (error instanceof ValueError) return { nanos: 0n, format: "DecimalSI" };
    throw error;
  }
}
