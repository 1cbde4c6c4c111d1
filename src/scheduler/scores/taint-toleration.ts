import { toleratesTaint } from "#api";
import type { Score } from "../plugin.ts";

/** Avoids nodes with `PreferNoSchedule` taints that the pod does not tolerate. */
export const taintPreference: Score = {
  name: "TaintToleration",
  weight: 3,
  prepare(needs, _cluster, feasible) {
    const isTainted = feasible.some(({ taints }) =>
      taints.some(({ effect }) => effect === "PreferNoSchedule"),
    );
    if (!isTainted) return undefined;
    const tolerations = needs.pod.spec.tolerations ?? [];
    return {
      normalize: "lower-is-better",
      scoreOf: ({ taints }) =>
        taints.filter(
          (taint) => taint.effect === "PreferNoSchedule" && !toleratesTaint(tolerations, taint),
        ).length,
    };
  },
};
