import type { ResourceRequirements } from "./core/v1/container.ts";
import type { Pod } from "./core/v1/pod.ts";
import { parseQuantity, quantityMillis } from "./quantity.ts";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const computed = ["cpu", "memory"] as const;

/**
 * How dear a pod's resources are to it. Guaranteed: every container limits processor and memory and
 * requests just that; BestEffort: none requests or limits anything; Burstable: the rest. Of a pod that
 * has resources as a whole these alone decide.
 */
export function qosClassOf({ spec }: Pick<Pod, "spec">): QosClass {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const all =
    spec?.resources === undefined
      ? containers.map(({ resources = {} }) => resources)
      : [spec.resources];
  const isBestEffort = all.every((resources) =>
    computed.every(
      (name) => !isSet(resources, "requests", name) && !isSet(resources, "limits", name),
    ),
  );
  if (isBestEffort) return "BestEffort";
  return all.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}

function isGuaranteed(resources: ResourceRequirements): boolean {
  return computed.every((name) => {
    const limit = amountOf(resources, "limits", name);
    const request = isSet(resources, "requests", name)
      ? amountOf(resources, "requests", name)
      : limit;
    return limit > 0 && request === limit;
  });
}

function isSet(
  resources: ResourceRequirements,
  kind: "requests" | "limits",
  name: string,
): boolean {
  return amountOf(resources, kind, name) > 0;
}

function amountOf(
  resources: ResourceRequirements,
  kind: "requests" | "limits",
  name: string,
): number {
  const text = resources[kind]?.[name];
  return text === undefined ? 0 : Number(quantityMillis(parseQuantity(text)));
}
