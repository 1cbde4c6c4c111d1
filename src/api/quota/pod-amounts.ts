/**
 * What pods ask for, by the names of quotas. Sources: upstream's `pkg/quota/v1/evaluator/core/pods.go`
 * and `component-helpers/resource`.
 */

import type { Container, Pod, PodSpec } from "../core/v1/index.ts";
import { compareQuantities, type Quantity } from "../quantity.ts";
import { addUsage, maskUsage, parseUsage, type Usage } from "./usage.ts";

type Bound = "requests" | "limits";

const none: Usage = new Map();

/** Requests and limits of the whole pod, under the names that quotas have for them. */
export function podAmounts(spec: PodSpec): Usage {
  const amounts = new Map<string, Quantity>();
  for (const [name, amount] of podRequests(spec)) {
    if (isStandard(name) || name.startsWith("hugepages-")) amounts.set(name, amount);
    if (isStandard(name) || name.startsWith("hugepages-") || name.includes("/")) {
      amounts.set(`requests.${name}`, amount);
    }
  }
  for (const [name, amount] of totalOf(spec, "limits")) {
    if (isStandard(name)) amounts.set(`limits.${name}`, amount);
  }
  return amounts;
}

/** What the whole pod requests at its peak, by the names of resources. */
export function podRequests(spec: PodSpec): Usage {
  return totalOf(spec, "requests");
}

function isStandard(name: string): boolean {
  return name === "cpu" || name === "memory" || name === "ephemeral-storage";
}

/**
 * At the pod's peak: containers and sidecars together, or an init container beside the sidecars that
 * started before it; with the overhead of the runtime class.
 */
function totalOf(spec: PodSpec, bound: Bound): Usage {
  let sidecars = none;
  let peak = none;
  for (const container of spec.initContainers ?? []) {
    const wanted = parseUsage(container.resources?.[bound]);
    const together = addUsage(sidecars, wanted);
    if (container.restartPolicy === "Always") sidecars = together;
    peak = larger(peak, together);
  }
  const running = spec.containers
    .map(({ resources }) => parseUsage(resources?.[bound]))
    .reduce(addUsage, sidecars);
  const own = parseUsage(spec.resources?.[bound]);
  const total = new Map([...larger(running, peak), ...own]);
  const overhead = parseUsage(spec.overhead);
  // A limit that is not there is none: overhead does not make one.
  return addUsage(total, bound === "limits" ? maskUsage(overhead, total.keys()) : overhead);
}

function larger(left: Usage, right: Usage): Usage {
  const result = new Map(left);
  for (const [name, amount] of right) {
    const other = result.get(name);
    if (other === undefined || compareQuantities(other, amount) < 0) result.set(name, amount);
  }
  return result;
}

/** Names of quotas that every container has to state something for, and where it is stated. */
const stated: ReadonlyMap<string, readonly [bound: Bound, name: string]> = new Map([
  ["cpu", ["requests", "cpu"]],
  ["memory", ["requests", "memory"]],
  ["requests.cpu", ["requests", "cpu"]],
  ["requests.memory", ["requests", "memory"]],
  ["limits.cpu", ["limits", "cpu"]],
  ["limits.memory", ["limits", "memory"]],
]);

/**
 * Says what a pod has to state because a quota counts it: `limits.cpu for: a,b; memory for: a`. Empty
 * when nothing is missing.
 */
export function unspecifiedAmounts({ spec }: Pod, quotaNames: Iterable<string>): string {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const missing: string[] = [];
  for (const name of [...new Set(quotaNames)].sort()) {
    const place = stated.get(name);
    if (place === undefined) continue;
    const [bound, resource] = place;
    if (spec?.resources?.[bound]?.[resource] !== undefined) continue;
    const silent = containers.filter((container) => !states(container, place));
    const names = [...new Set(silent.map((container) => container.name))].sort();
    if (names.length > 0) missing.push(`${name} for: ${names.join(",")}`);
  }
  return missing.join("; ");
}

function states(
  { resources }: Container,
  [bound, name]: readonly [bound: Bound, name: string],
): boolean {
  return resources?.[bound]?.[name] !== undefined;
}
