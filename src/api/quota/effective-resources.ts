/**
 * What a pod takes up while it is being resized: of what it asks for, what its node has set aside and
 * what is in effect, the most. Source: `component-helpers/resource`, `UseStatusResources`.
 */

import type {
  Container,
  ContainerStatus,
  Pod,
  PodSpec,
  ResourceRequirements,
} from "../core/v1/index.ts";
import { compareQuantities, parseQuantity } from "../quantity.ts";

type Amounts = Readonly<Record<string, string>>;

/** The three sides of a resize, of a container or of the pod as a whole. */
interface ResizeState {
  readonly wanted: ResourceRequirements;
  readonly allocated: Amounts;
  readonly inEffect: ResourceRequirements;
}

/** The pod's spec with resources as they count; the very same where nothing is being resized. */
export function specWithEffectiveResources({ spec, status }: EffectivePod): PodSpec {
  if (status?.containerStatuses === undefined) return spec;
  const isInfeasible = isResizeInfeasible({ status });
  const statuses = new Map(
    [...status.containerStatuses, ...(status.initContainerStatuses ?? [])].map((one) => [
      one.name,
      one,
    ]),
  );
  const settle = (container: Container) =>
    withEffective(container, statuses.get(container.name), isInfeasible);
  const containers = mapped(spec.containers, settle);
  // Of init containers only those are resized that go on beside the others.
  const initContainers = mapped(spec.initContainers ?? [], (container) =>
    container.restartPolicy === "Always" ? settle(container) : container,
  );
  const resources = podLevel({ spec, status }, isInfeasible);
  const isSame =
    containers === spec.containers &&
    initContainers === (spec.initContainers ?? initContainers) &&
    resources === spec.resources;
  if (isSame) return spec;
  return {
    ...spec,
    containers,
    ...(spec.initContainers === undefined ? {} : { initContainers }),
    ...(resources === undefined ? {} : { resources }),
  };
}

export interface EffectivePod {
  readonly spec: PodSpec;
  readonly status?: Pod["status"] | undefined;
}

/** What is asked for will never be granted, and counts no more. */
export function isResizeInfeasible({ status }: Pick<Pod, "status">): boolean {
  const pending = status?.conditions?.find(({ type }) => type === "PodResizePending");
  return pending?.reason === "Infeasible";
}

function withEffective(
  container: Container,
  status: ContainerStatus | undefined,
  isInfeasible: boolean,
): Container {
  if (status?.resources === undefined) return container;
  const wanted = container.resources ?? {};
  const { resources: inEffect, allocatedResources: allocated = {} } = status;
  const resources = effective({ wanted, allocated, inEffect }, isInfeasible);
  return resources === wanted ? container : { ...container, resources };
}

function podLevel(
  { spec, status }: EffectivePod,
  isInfeasible: boolean,
): ResourceRequirements | undefined {
  const { resources: wanted } = spec;
  const inEffect = status?.resources;
  if (wanted === undefined || inEffect === undefined) return wanted;
  const allocated = status?.allocatedResources ?? {};
  const all = effective({ wanted, allocated, inEffect }, isInfeasible);
  if (all === wanted) return wanted;
  // What the containers add up to is none of the pod's own requests.
  const own = (list: "requests" | "limits") =>
    Object.fromEntries(
      Object.entries(all[list] ?? {}).filter(([name]) => wanted[list]?.[name] !== undefined),
    );
  return { ...all, requests: own("requests"), limits: own("limits") };
}

function effective(
  { wanted, allocated, inEffect }: ResizeState,
  isInfeasible: boolean,
): ResourceRequirements {
  const none: Amounts = {};
  const { requests = none, limits = none } = wanted;
  const asked = isInfeasible ? none : requests;
  const effectiveRequests = largest(asked, inEffect.requests ?? none, allocated);
  const effectiveLimits = largest(isInfeasible ? none : limits, inEffect.limits ?? none);
  const isSame = isSameText(effectiveRequests, requests) && isSameText(effectiveLimits, limits);
  return isSame ? wanted : { ...wanted, requests: effectiveRequests, limits: effectiveLimits };
}

function largest(first: Amounts, ...others: readonly Amounts[]): Amounts {
  const result = new Map(Object.entries(first));
  for (const [name, amount] of others.flatMap((one) => Object.entries(one))) {
    const known = result.get(name);
    if (known === amount) continue;
    const isLarger =
      known === undefined || compareQuantities(parseQuantity(known), parseQuantity(amount)) < 0;
    if (isLarger) result.set(name, amount);
  }
  return Object.fromEntries(result);
}

function isSameText(left: Amounts, right: Amounts): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
  );
}

/** The very same list when no item changes. */
function mapped<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  const changed = items.map(change);
  return changed.every((item, index) => item === items[index]) ? items : changed;
}
