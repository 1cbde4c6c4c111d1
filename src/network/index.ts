export { contains, parseCidr } from "./address.ts";
/** The node's network: namespaces and routes of local nodes, CNI, service proxy and cluster DNS. */

export { type CniOptions, cniConfiguration } from "./node/cni.ts";
export {
  type ClusterNetwork,
  type ClusterNetworkOptions,
  clusterRanges,
  type NodeNetwork,
  nodesMax,
} from "./node/cluster-network.ts";
export {
  followNodes,
  followNodesDefaults,
  type FollowNodesDeps,
  type FollowNodesOptions,
} from "./node/follow-nodes.ts";
export {
  type HostPortsDeps,
  type HostPortsOptions,
  hostPortsDefaults,
  runHostPorts,
} from "./node/host-ports.ts";
export {
  type AppliedNetwork,
  applyNodeNetwork,
  type NodeNetworkDeps,
  removeNodeNetwork,
} from "./node/network.ts";
export {
  type NodeRoute,
  planPodRoutes,
  podRoutesOf,
  type RoutedNode,
} from "./node/pod-routes.ts";
export { DnsMetrics } from "./dns/metrics.ts";
export { ProxyMetrics } from "./proxy/metrics.ts";
export type { ObjectSource, SourceChange } from "./object-source.ts";
export {
  type LabelledNode,
  type ProxyObserver,
  runServiceProxy,
  type ServiceProxyDeps,
  type ServiceProxyOptions,
  serviceProxyDefaults,
  silentObserver,
} from "./proxy/run.ts";
export type { ProxyNode } from "./proxy/service-rules.ts";
export { type DnsObserver, silentDnsObserver } from "./dns/observer.ts";
export { type AddressedPod, PodNamespaces } from "./dns/pod-namespaces.ts";
export { type DnsRelayDeps, type DnsRelayOptions, runDnsRelay } from "./dns/relay.ts";
export type { ClientNamespaces } from "./dns/resolver.ts";
export { type DnsDeps, dnsDefaults, type DnsOptions, openDns, runDns } from "./dns/run.ts";
export type { DnsServer } from "./dns/server.ts";
export { type DnsSurroundings, readDnsSurroundings } from "./dns/surroundings.ts";
