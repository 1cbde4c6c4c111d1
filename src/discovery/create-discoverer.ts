import type { Disk } from "#base";
import { createHttpClient, type HttpClient } from "#outbound";
import type { DiscoveryConfig, FileFinder, HttpClientConfig } from "#promconfig";
import type { DiscoveryMetrics } from "./discovery-metrics.ts";
import { createDnsDiscoverer, type DnsResolver } from "./dns-discoverer.ts";
import { createDockerDiscoverer } from "./docker/docker-discoverer.ts";
import { createFileDiscoverer } from "./file-discoverer.ts";
import { createHttpDiscoverer } from "./http-discoverer.ts";
import {
  createKubernetesDiscoverer,
  type KubernetesDiscoveryDeps,
} from "./kubernetes/kubernetes-discoverer.ts";
import { openKubernetesSource, type OpenSourceDeps } from "./kubernetes/open-source.ts";
import { createStaticDiscoverer } from "./static-discoverer.ts";
import type { Discoverer } from "./target-group.ts";

export interface DiscoveryDeps
  extends Omit<KubernetesDiscoveryDeps, "openSource" | "metrics">,
    Omit<OpenSourceDeps, "outbound" | "counted"> {
  readonly outbound: OpenSourceDeps["outbound"] & {
    readonly disk: FileFinder & Pick<Disk, "findFacts" | "watch">;
  };
  readonly resolver: DnsResolver;
  readonly metrics: DiscoveryMetrics;
}

/** The discoverer for one section of a configuration; `job` has it. */
export function createDiscoverer(
  deps: DiscoveryDeps,
  config: DiscoveryConfig,
  job: string,
): Discoverer {
  const { clock, outbound } = deps;
  const { disk } = outbound;
  const log = deps.log.child({ discovery: config.kind });
  const { metrics } = deps;
  const section = { mechanism: config.kind, config: job };
  const refresh = () => ({ clock, log, metrics: metrics.refreshesOf(section) });
  switch (config.kind) {
    case "static":
      return createStaticDiscoverer(config.groups);
    case "file":
      return createFileDiscoverer({ ...refresh(), disk, files: metrics.file }, config.options);
    case "dns":
      return createDnsDiscoverer(
        { ...refresh(), disk, resolver: deps.resolver, lookups: metrics.dns },
        config.options,
      );
    case "http":
      return withClient(deps, config.options.http, (client) =>
        createHttpDiscoverer({ ...refresh(), client, http: metrics.http }, config.options),
      );
    case "docker":
      return withClient(deps, config.options.http, (client) =>
        createDockerDiscoverer({ ...refresh(), client }, config.options),
      );
    case "kubernetes":
      return createKubernetesDiscoverer(
        {
          ...deps,
          log,
          metrics: metrics.kubernetes,
          openSource: (options) =>
            openKubernetesSource({ ...deps, counted: metrics.kubernetes.counted }, options),
        },
        config.options,
      );
  }
}

/** A discoverer whose client lives as long as it runs. */
function withClient(
  deps: DiscoveryDeps,
  http: HttpClientConfig,
  create: (client: HttpClient) => Discoverer,
): Discoverer {
  return {
    run: async (signal, publish) => {
      await using client = createHttpClient(deps.outbound, http, deps.userAgent);
      await create(client).run(signal, publish);
    },
  };
}
