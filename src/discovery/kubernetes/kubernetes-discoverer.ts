import type { InformerDeps } from "#client";
import type { KubernetesDiscovery } from "#promconfig";
import type { KubernetesMetrics } from "../discovery-metrics.ts";
import type { Discoverer, Publish } from "../target-group.ts";
import { ClusterView, type KubernetesSource, type OpenKubernetesSource } from "./cluster-view.ts";
import { GroupBoard } from "./group-board.ts";
import { followRole } from "./roles.ts";

export interface KubernetesDiscoveryDeps extends Omit<InformerDeps, "client"> {
  readonly metrics: Pick<KubernetesMetrics, "event">;
  /** Opens the cluster that the options name; asked once, when discovery starts. */
  readonly openSource: (config: KubernetesDiscovery) => Promise<OpenKubernetesSource>;
}

/** Targets from the objects of a cluster, by role. */
export function createKubernetesDiscoverer(
  deps: KubernetesDiscoveryDeps,
  config: KubernetesDiscovery,
): Discoverer {
  return {
    run: async (signal, publish) => {
      await using source = await deps.openSource(config);
      const namespaces = namespacesOf(config, source.ownNamespace);
      const watches = namespaces.map((namespace) =>
        followNamespace({ deps, source, publish }, { config, namespace }, signal),
      );
      await Promise.all(watches);
    },
  };
}

/** Empty stands for all of them. */
function namespacesOf(
  { namespaces }: Pick<KubernetesDiscovery, "namespaces">,
  ownNamespace: string,
): readonly string[] {
  const { own, names } = namespaces;
  if (names.length === 0 && !own) return [""];
  return own && ownNamespace !== "" ? [...names, ownNamespace] : names;
}

async function followNamespace(
  parts: {
    readonly deps: KubernetesDiscoveryDeps;
    readonly source: KubernetesSource;
    readonly publish: Publish;
  },
  scope: { readonly config: KubernetesDiscovery; readonly namespace: string },
  signal: AbortSignal,
): Promise<void> {
  const { role } = scope.config;
  if (role === "") return;
  using handlers = new DisposableStack();
  const view = new ClusterView(parts.deps, parts.source, scope);
  const board = handlers.use(
    new GroupBoard(parts.deps.clock, parts.publish, (event) =>
      parts.deps.metrics.event(role, event),
    ),
  );
  followRole[role](view, board, handlers);
  const opened = view.synced(signal).then(
    () => board.open(),
    // Aborted before the first state came.
    () => {},
  );
  await view.run(signal);
  await opened;
  await aborted(signal);
}

/** Informers of others go on without us; our handlers stay until we are to end. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
