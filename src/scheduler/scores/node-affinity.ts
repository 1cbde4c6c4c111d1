import { matchesNodeTerm } from "#api";
import type { Score } from "../plugin.ts";

/** Prefers nodes that the pod's preferred node affinity names. */
export const nodePreference: Score = {
  name: "NodeAffinity",
  weight: 2,
  prepare(needs) {
    const preferred =
      needs.pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    return {
      normalize: "higher-is-better",
      scoreOf: (node) =>
        preferred.reduce(
          (sum, { weight, preference }) => sum + (matchesNodeTerm(node, preference) ? weight : 0),
          0,
        ),
    };
  },
};
