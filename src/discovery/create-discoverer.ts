import type { Disk } from "#base";
import { createHttpClient, type HttpClient } from "#outbound";
import type { DiscoveryConfig, FileFinder, HttpClientConfig } from "#promconfig";
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
  extends Omit<KubernetesDiscoveryDeps, "openSource">,
    Omit<OpenSourceDeps, "outbound"> {
  readonly outbound: OpenSourceDeps["outbound"] & {
    readonly disk: FileFinder & Pick<Disk, "watch">;
  };
  readonly resolver: DnsResolver;
  /** Told of each refresh that failed, with the kind of discovery. */
  readonly countFailure: (mechanism: string) => void;
}

/** The discoverer for one section of a configuration. */
export function createDiscoverer(deps: DiscoveryDeps, config: DiscoveryConfig): Discoverer {
  const { clock, outbound } = deps;
  const { disk } = outbound;
  const log = deps.log.child({ discovery: config.kind });
  const countFailure = () => deps.countFailure(config.kind);
  const refresh = { clock, log, countFailure };
  switch (config.kind) {
    case "static":
      return createStaticDiscoverer(config.groups);
    case "file":
      return createFileDiscoverer({ ...refresh, disk }, config.options);
    case "dns":
      return createDnsDiscoverer({ ...refresh, disk, resolver: deps.resolver }, config.options);
    case "http":
      return withClient(deps, config.options.http, (client) =>
        createHttpDiscoverer({ ...refresh, client }, config.options),
      );
    case "docker":
      return withClient(deps, config.options.http, (client) =>
        createDockerDiscoverer({ ...refresh, client }, config.options),
      );
    case "kubernetes":
      return createKubernetesDiscoverer(
        { ...deps, log, openSource: (options) => openKubernetesSource(deps, options) },
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
