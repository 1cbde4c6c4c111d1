/** What autoscalers have seen, as objects of the API: so that the next server goes on with it. */

import type { Live, ObjectKey } from "#api";
import {
  type VerticalPodAutoscaler,
  type VerticalPodAutoscalerCheckpoint,
  verticalPodAutoscalerCheckpoint,
} from "#api/verticalautoscaling/v1";
import type { Client } from "#client";
import type { ContainerUsage } from "./container-usage.ts";

/** Those of the autoscaler, and of none of its name that was before it. */
export async function readCheckpoints(
  client: Client,
  { metadata }: Live<VerticalPodAutoscaler>,
  signal: AbortSignal,
): Promise<readonly Live<VerticalPodAutoscalerCheckpoint>[]> {
  const { namespace = "", name, uid } = metadata;
  const { items } = await client.of(verticalPodAutoscalerCheckpoint).list({ namespace }, signal);
  return items.filter(({ spec, metadata: { ownerReferences = [] } }) => {
    const isForeign = ownerReferences.length > 0 && ownerReferences[0]?.uid !== uid;
    return spec?.vpaObjectName === name && !isForeign;
  });
}

/** They are owned by the autoscaler, and go with it. */
export async function writeCheckpoints(
  client: Client,
  { metadata }: Live<VerticalPodAutoscaler>,
  usages: ReadonlyMap<string, ContainerUsage>,
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const { namespace = "", name, uid } = metadata;
  const owner = { apiVersion: "autoscaling.k8s.io/v1", kind: "VerticalPodAutoscaler", name, uid };
  for (const [containerName, usage] of usages) {
    if (usage.sampleCount === 0) continue;
    const key = { namespace, name: `${name}-${containerName}` };
    const checkpoint = {
      metadata: { ...key, ownerReferences: [owner] },
      spec: { vpaObjectName: name, containerName },
      status: usage.save(nowMs),
    };
    await put(client, key, checkpoint, signal);
  }
}

async function put(
  client: Client,
  key: ObjectKey,
  checkpoint: VerticalPodAutoscalerCheckpoint,
  signal: AbortSignal,
): Promise<void> {
  const resource = client.of(verticalPodAutoscalerCheckpoint);
  const present = await resource.find(key, signal);
  if (present === undefined) {
    await resource.create(checkpoint, {}, signal);
    return;
  }
  const { spec, status } = checkpoint;
  await resource.update({ ...present, spec, status }, {}, signal);
}
