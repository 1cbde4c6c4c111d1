/** New pods request what their workload's VerticalPodAutoscaler recommends. */

import { asJsonObject, withRecommendation } from "#api";
import { replicaSet } from "#api/apps/v1";
import { type Pod, pod } from "#api/core/v1";
import { type VerticalPodAutoscaler, verticalPodAutoscaler } from "#api/verticalautoscaling/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import type { Objects } from "../../objects/objects.ts";
import { findWritten } from "../admitted.ts";

const autoIsDeprecated =
  'spec.updatePolicy: "Auto" mode is deprecated and will be removed in a future API version. Use explicit update modes like "Recreate", "Initial" or "InPlaceOrRecreate"';

export function verticalPodAutoscalerPlugin({
  objects,
}: {
  readonly objects: Objects;
}): AdmissionPlugin {
  return {
    name: "VerticalPodAutoscaler",
    async mutate(request) {
      const found = request.operation === "CREATE" ? findWritten(request, pod) : undefined;
      if (found === undefined || ownerOf(found) === undefined) return request.object;
      const autoscalers = await objects.list(verticalPodAutoscaler, request.key.namespace);
      if (autoscalers.length === 0) return request.object;
      const chosen = await findAutoscaler(objects, request, found, autoscalers);
      return chosen === undefined
        ? request.object
        : asJsonObject(withRecommendation(found, chosen));
    },
    async validate(request) {
      const mode = findWritten(request, verticalPodAutoscaler)?.spec.updatePolicy?.updateMode;
      if (mode === "Auto") request.warn(autoIsDeprecated);
    },
  };
}

/** Of several the oldest, as long as it is to change pods at all. */
async function findAutoscaler(
  objects: Objects,
  { key }: AdmissionRequest,
  found: Pod,
  autoscalers: readonly VerticalPodAutoscaler[],
): Promise<VerticalPodAutoscaler | undefined> {
  const owner = ownerOf(found);
  if (owner === undefined) return undefined;
  const set =
    owner.kind === "ReplicaSet"
      ? await objects.find(replicaSet, { namespace: key.namespace, name: owner.name })
      : undefined;
  const above = ownerOf(set ?? {});
  const isMeant = ({ spec }: VerticalPodAutoscaler) =>
    [owner, above].some(
      (one) => one?.kind === spec.targetRef.kind && one.name === spec.targetRef.name,
    );
  return autoscalers
    .filter((one) => isMeant(one) && one.spec.updatePolicy?.updateMode !== "Off")
    .sort((left, right) => (createdAt(left) < createdAt(right) ? -1 : 1))[0];
}

function createdAt({ metadata }: VerticalPodAutoscaler): string {
  return metadata?.creationTimestamp ?? "";
}

function ownerOf({ metadata }: Pick<Pod, "metadata">) {
  return metadata?.ownerReferences?.find(({ controller }) => controller === true);
}
