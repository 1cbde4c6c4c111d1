import type { TargetGroupConfig } from "#promconfig";
import { setLabel } from "#series";
import { type Discoverer, type TargetGroup, targetOf } from "./target-group.ts";

/** The targets that the configuration lists. */
export function createStaticDiscoverer(groups: readonly TargetGroupConfig[]): Discoverer {
  return {
    run: async (_signal, publish) => {
      publish(groups.map((group, index) => groupOf(group, { source: String(index) })));
    },
  };
}

/** A listed group, with one more label that tells where it was listed. */
export function groupOf(
  group: TargetGroupConfig,
  origin: { readonly source: string; readonly label?: readonly [name: string, value: string] },
): TargetGroup {
  const { label } = origin;
  return {
    source: origin.source,
    targets: group.targets.map((address) => targetOf(address, [])),
    labels: label === undefined ? group.labels : setLabel(group.labels, label[0], label[1]),
  };
}
