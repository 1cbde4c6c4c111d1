import type { HttpConnector } from "#base";
import type { ClusterConfig } from "#cli";
import { openHttpTransport, realHttpConnector } from "#host";
import { contains, parseCidr } from "#network";

/**
 * Connects to pods and services of a cluster from the machine's address on its bridge: only packets
 * from there know the way, and all others would leave the machine for somebody else's network.
 */
export function clusterConnector(
  { podNetwork, serviceNetwork }: ClusterConfig,
  hostAddress: string,
): HttpConnector {
  const inside = [podNetwork, serviceNetwork].flatMap((network) => parseCidr(network) ?? []);
  return {
    open(endpoint) {
      const { server } = endpoint;
      const isInside = "host" in server && inside.some((range) => contains(range, server.host));
      if (!isInside) return realHttpConnector.open(endpoint);
      const local = { ...server, localAddress: hostAddress };
      return openHttpTransport({ ...endpoint, server: local, bearerToken: undefined });
    },
  };
}
