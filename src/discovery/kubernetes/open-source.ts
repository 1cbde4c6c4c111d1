/** Opens the cluster that a configuration names: by URL, by kubeconfig, or the one that we run in. */
import type { Disk } from "#base";
import { createClient } from "#client";
import { createHttpClient, type OutboundDeps, transportTo } from "#outbound";
import { type HttpClientConfig, httpClientDefaults, type KubernetesDiscovery } from "#promconfig";
import type { KubernetesMetrics } from "../discovery-metrics.ts";
import type { KubernetesSource, OpenKubernetesSource } from "./cluster-view.ts";
import { parseKubeconfig } from "./kubeconfig.ts";

export interface OpenSourceDeps {
  readonly outbound: OutboundDeps & { readonly disk: Pick<Disk, "findFile"> };
  readonly userAgent: string;
  readonly counted: KubernetesMetrics["counted"];
  /** The cluster that this process is a part of; it is meant when nothing else is said. */
  readonly ownCluster: KubernetesSource | undefined;
}

/** Where the kubelet puts the account of a pod. */
const accountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

export async function openKubernetesSource(
  deps: OpenSourceDeps,
  config: KubernetesDiscovery,
): Promise<OpenKubernetesSource> {
  if (config.apiServer !== "") return sourceAt(deps, config.apiServer, config.http);
  if (config.kubeconfigFile !== "") {
    const bytes = await deps.outbound.disk.readFile(config.kubeconfigFile);
    const { server, http } = parseKubeconfig(
      new TextDecoder().decode(bytes),
      config.kubeconfigFile,
    );
    return sourceAt(deps, server, http);
  }
  const { ownCluster } = deps;
  if (ownCluster === undefined) return await surroundingCluster(deps);
  // Its owner closes it.
  return { ...ownCluster, [Symbol.asyncDispose]: async () => {} };
}

function sourceAt(
  deps: OpenSourceDeps,
  server: string,
  http: HttpClientConfig,
): OpenKubernetesSource {
  const httpClient = deps.counted(createHttpClient(deps.outbound, http, deps.userAgent));
  const client = createClient(transportTo(httpClient, server));
  return {
    client,
    informers: undefined,
    ownNamespace: "",
    [Symbol.asyncDispose]: () => httpClient[Symbol.asyncDispose](),
  };
}

/** The cluster of the pod that we run in. */
async function surroundingCluster(deps: OpenSourceDeps): Promise<OpenKubernetesSource> {
  const { env, disk } = deps.outbound;
  const host = env("KUBERNETES_SERVICE_HOST") ?? "";
  const port = env("KUBERNETES_SERVICE_PORT") ?? "";
  if (host === "" || port === "") {
    throw new Error(
      "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined",
    );
  }
  const address = host.includes(":") ? `[${host}]` : host;
  const source = sourceAt(deps, `https://${address}:${port}`, {
    ...httpClientDefaults,
    authorization: {
      type: "Bearer",
      credentials: httpClientDefaults.bearerToken,
      credentialsFile: `${accountDirectory}/token`,
      credentialsRef: "",
    },
    tls: { ...httpClientDefaults.tls, caFile: `${accountDirectory}/ca.crt` },
  });
  const namespace = await disk.findFile(`${accountDirectory}/namespace`);
  const ownNamespace = namespace === undefined ? "" : new TextDecoder().decode(namespace).trim();
  return { ...source, ownNamespace };
}
