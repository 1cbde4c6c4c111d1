import type { Container } from "./core/v1/container.ts";
import type { Pod } from "./core/v1/pod.ts";
import { parseQuantity, quantityMillis } from "./quantity.ts";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const computed = ["cpu", "memory"] as const;

/**
 * How dear a pod's resources are to it. Guaranteed: every container limits processor and memory and
 * requests just that; BestEffort: none requests or limits anything; Burstable: the rest.
 */
export function qosClassOf({ spec }: Pick<Pod, "spec">): QosClass {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const isBestEffort = containers.every((container) =>
    computed.every(
      (name) => !isSet(container, "requests", name) && !isSet(container, "limits", name),
    ),
  );
  if (isBestEffort) return "BestEffort";
  return containers.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}

function isGuaranteed(container: Container): boolean {
  return computed.every((name) => {
    const limit = amountOf(container, "limits", name);
    const request = isSet(container, "requests", name)
      ? amountOf(container, "requests", name)
      : limit;
    return limit > 0 && request === limit;
  });
}

function isSet(container: Container, kind: "requests" | "limits", name: string): boolean {
  return amountOf(container, kind, name) > 0;
}

function amountOf(container: Container, kind: "requests" | "limits", name: string): number {
  const text = container.resources?.[kind]?.[name];
  return text === undefined ? 0 : Number(quantityMillis(parseQuantity(text)));
}
