/** Pods stay for a while on a node that is not ready or cannot be reached. */

import { asJsonObject } from "#api";
import { type PodSpec, pod } from "#api/core/v1";
import type { AdmissionPlugin } from "../../admission.ts";
import { findWritten } from "../admitted.ts";

const keys = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
const tolerationSeconds = 300;
const effect = "NoExecute";

export const defaultTolerations: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  async mutate(request) {
    const found = findWritten(request, pod);
    if (found?.spec === undefined) return request.object;
    return asJsonObject({ ...found, spec: withTolerations(found.spec) });
  },
};

/** The pod with a toleration for each key that none of its own is about. Pure. */
export function withTolerations(spec: PodSpec): PodSpec {
  const own = spec.tolerations ?? [];
  const missing = keys.filter(
    (key) =>
      !own.some(
        (one) =>
          ((one.key ?? "") === "" || one.key === key) &&
          ((one.effect ?? "") === "" || one.effect === effect),
      ),
  );
  if (missing.length === 0) return spec;
  const added = missing.map((key) => ({ key, operator: "Exists", effect, tolerationSeconds }));
  return { ...spec, tolerations: [...own, ...added] };
}
