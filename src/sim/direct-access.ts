/**
 * An autoscaler's way to what it reads and writes, made short: it looks 5,760 times a day, and nearly
 * always finds that all is well. Figures come from the model and sizes from the caches, not by requests;
 * and a status is written when something else than a figure in it is new. What the autoscaler decides by
 * is the same, and every new size is a request to the API.
 */

import { compileLabelSelector, formatLabelSelector, type Live } from "#api";
import { deployment, replicaSet, statefulSet } from "#api/apps/v1";
import type { HorizontalPodAutoscalerStatus } from "#api/autoscaling/v2";
import type { LabelSelector } from "#api/meta/v1";
import type { Client, InformerSet } from "#client";
import { apiAccess, type AutoscalerAccess, type MetricsSource } from "#controllers";

interface Sized {
  readonly spec: {
    readonly replicas?: number | undefined;
    readonly selector: LabelSelector;
  };
  readonly status: { readonly replicas?: number | undefined };
}

export function directAccess(
  client: Client,
  informers: InformerSet,
  metrics: MetricsSource,
): AutoscalerAccess {
  const api = apiAccess(client);
  const caches: Readonly<Record<string, (name: Name) => Live<Sized> | undefined>> = {
    Deployment: (name) => informers.of(deployment).cache.find(name),
    ReplicaSet: (name) => informers.of(replicaSet).cache.find(name),
    StatefulSet: (name) => informers.of(statefulSet).cache.find(name),
  };
  return {
    ...api,
    metrics,
    async readScale(namespace, target, signal) {
      const find = Object.hasOwn(caches, target.kind) ? caches[target.kind] : undefined;
      const found = find?.({ namespace, name: target.name });
      // What is not cached may be there all the same, or is refused in the API's words.
      if (found === undefined) return api.readScale(namespace, target, signal);
      return {
        specReplicas: found.spec.replicas ?? 0,
        statusReplicas: found.status.replicas ?? 0,
        selector: formatLabelSelector(compileLabelSelector(found.spec.selector)),
        resize: async (replicas, writing) => {
          const latest = await api.readScale(namespace, target, writing);
          await latest.resize(replicas, writing);
        },
      };
    },
    async writeStatus(autoscaler, status, signal) {
      if (gistOf(status) === gistOf(autoscaler.status)) return;
      await api.writeStatus(autoscaler, status, signal);
    },
  };
}

interface Name {
  readonly namespace: string;
  readonly name: string;
}

/** What later decisions go by. */
function gistOf(status: HorizontalPodAutoscalerStatus): string {
  const { desiredReplicas, lastScaleTime, conditions = [] } = status;
  const states = conditions.map((condition) => `${condition.type}=${condition.status}`);
  return [desiredReplicas, lastScaleTime, ...states].join(" ");
}
