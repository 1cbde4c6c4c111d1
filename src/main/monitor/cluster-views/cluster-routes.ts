/**
 * Routes about the cluster that the engine belongs to, for pages that upstream does not have. What they
 * tell is read with the engine's own identity, and only followed once somebody has asked.
 */
import type { Fields, KindSchema, Live, TypeOf } from "#api";
import { horizontalPodAutoscaler } from "#api/autoscaling/v2";
import { node, pod } from "#api/core/v1";
import { scalingDecision } from "#api/explain/v1";
import { nodeMetrics, podMetrics } from "#api/metrics/v1beta1";
import type { Client, InformerSet } from "#client";
import { answerOf, ApiError, type ApiRoute } from "#promapi";
import { autoscalerViews, decisionViews } from "./autoscaler-views.ts";
import { nodeViews, podViews } from "./usage-views.ts";

interface ClusterRouteDeps {
  readonly client: Pick<Client, "of">;
  readonly informers: Pick<InformerSet, "of">;
}

/** Paths of the pages that show these routes' answers. */
export const clusterPages: readonly string[] = ["/nodes", "/pods", "/autoscalers"];

export function clusterRoutes(deps: ClusterRouteDeps): readonly ApiRoute[] {
  const { client } = deps;
  const get = { method: "GET" } as const;
  return [
    {
      ...get,
      pattern: "/cluster/nodes",
      serve: async (_request, signal) => {
        const { items } = await client.of(nodeMetrics).list({}, signal);
        const [nodes, pods] = [await listed(deps, node, signal), await listed(deps, pod, signal)];
        return answerOf(nodeViews(nodes, pods, items));
      },
    },
    {
      ...get,
      pattern: "/cluster/pods",
      serve: async (_request, signal) => {
        const { items } = await client.of(podMetrics).list({}, signal);
        return answerOf(podViews(await listed(deps, pod, signal), items));
      },
    },
    {
      ...get,
      pattern: "/cluster/autoscalers",
      serve: async (_request, signal) =>
        answerOf(autoscalerViews(await listed(deps, horizontalPodAutoscaler, signal))),
    },
    {
      ...get,
      pattern: "/cluster/scaling_decisions",
      serve: async ({ form }, signal) => {
        const namespace = form.get("namespace") ?? "";
        const autoscaler = form.get("autoscaler") ?? "";
        if (namespace === "" || autoscaler === "") {
          throw new ApiError("bad_data", "namespace and autoscaler are needed");
        }
        const { items } = await client.of(scalingDecision).list({ namespace }, signal);
        return answerOf(decisionViews(items, autoscaler));
      },
    },
  ];
}

async function listed<F extends Fields>(
  { informers }: ClusterRouteDeps,
  kind: KindSchema<F>,
  signal: AbortSignal,
): Promise<readonly Live<TypeOf<KindSchema<F>>>[]> {
  const informer = informers.of(kind);
  await informer.synced(signal);
  return informer.cache.list();
}
