/** A new node takes no pods before the node lifecycle controller has seen it ready. */

import { asJsonObject } from "#api";
import { node } from "#api/core/v1";
import type { AdmissionPlugin } from "../../admission.ts";
import { findWritten } from "../admitted.ts";

const notReady = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

export const nodeTaint: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  async mutate(request) {
    const found = findWritten(request, node);
    if (found === undefined || request.operation !== "CREATE") return request.object;
    const taints = found.spec?.taints ?? [];
    const isThere = taints.some(
      ({ key, effect }) => key === notReady.key && effect === notReady.effect,
    );
    if (isThere) return request.object;
    return asJsonObject({ ...found, spec: { ...found.spec, taints: [...taints, notReady] } });
  },
};
