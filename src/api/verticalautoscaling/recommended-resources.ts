/** A pod with what is recommended for its containers. Pure. Source: upstream's admission controller. */

import type { Container, Pod } from "../core/v1/index.ts";
import { formatQuantity, parseQuantity, type Quantity } from "../quantity.ts";
import type { VerticalPodAutoscaler } from "./v1/index.ts";

type Amounts = Readonly<Record<string, string>>;

const changesAnnotation = "vpaUpdates";

/** The pod as it is when nothing is recommended for any of its containers. */
export function withRecommendation(found: Pod, autoscaler: VerticalPodAutoscaler): Pod {
  if (found.spec === undefined) return found;
  const changes: string[] = [];
  const containers = found.spec.containers.map((container, index) => {
    const target = targetOf(autoscaler, container.name);
    if (target === undefined) return container;
    const changed = Object.keys(target).sort();
    changes.push(`container ${index}: ${changed.map((name) => `${name} request`).join(", ")}`);
    return withTarget(container, target, keepsLimits(autoscaler, container.name));
  });
  if (changes.length === 0) return found;
  const name = autoscaler.metadata?.name ?? "";
  const annotations = {
    ...found.metadata?.annotations,
    [changesAnnotation]: `Pod resources updated by ${name}: ${changes.join("; ")}`,
  };
  return {
    ...found,
    metadata: { ...found.metadata, annotations },
    spec: { ...found.spec, containers },
  };
}

function targetOf({ status }: VerticalPodAutoscaler, name: string): Amounts | undefined {
  const recommendations = status?.recommendation?.containerRecommendations ?? [];
  const target = recommendations.find((one) => one.containerName === name)?.target;
  return target === undefined || Object.keys(target).length === 0 ? undefined : target;
}

function keepsLimits({ spec }: VerticalPodAutoscaler, name: string): boolean {
  const policies = spec.resourcePolicy?.containerPolicies ?? [];
  const policy =
    policies.find((one) => one.containerName === name) ??
    policies.find((one) => one.containerName === "*");
  return policy?.controlledValues === "RequestsOnly";
}

/** Limits stay in proportion to requests, unless they are to stay as they are. */
function withTarget(container: Container, target: Amounts, keeps: boolean): Container {
  const { requests = {}, limits } = container.resources ?? {};
  const changedLimits = Object.entries(limits ?? {}).map(([resource, limit]) => {
    const wanted = Object.hasOwn(target, resource) ? target[resource] : undefined;
    if (wanted === undefined) return [resource, limit] as const;
    const request = requests[resource] ?? limit;
    return [
      resource,
      keeps ? atLeast(limit, wanted) : proportional(limit, request, wanted),
    ] as const;
  });
  return {
    ...container,
    resources: {
      ...container.resources,
      requests: { ...requests, ...target },
      ...(limits === undefined ? {} : { limits: Object.fromEntries(changedLimits) }),
    },
  };
}

/** A request above its limit would be refused. */
function atLeast(limit: string, wanted: string): string {
  return nanosOf(limit) < nanosOf(wanted) ? wanted : limit;
}

function proportional(limit: string, request: string, wanted: string): string {
  const [from, to] = [nanosOf(request), nanosOf(wanted)];
  if (from === 0n) return atLeast(limit, wanted);
  const { nanos, format } = parseQuantity(limit);
  const scaled = (nanos * to) / from;
  // What is not told finer than in thousandths stays readable.
  const rounded: Quantity = { nanos: (scaled / 1_000_000n) * 1_000_000n, format };
  return formatQuantity(rounded);
}

function nanosOf(quantity: string): bigint {
  return parseQuantity(quantity).nanos;
}
