export { createDiscoverer, type DiscoveryDeps } from "./create-discoverer.ts";
export { discoveryMetrics, showFinders } from "./discovery-metrics.ts";
export type { DnsRecord, DnsRecordType, DnsResolver } from "./dns-discoverer.ts";
export type { KubernetesSource } from "./kubernetes/cluster-view.ts";
export { type FoundTargets, TargetFinder, type TargetFinderDeps } from "./target-finder.ts";
export { addressLabel, type Discoverer, type TargetGroup } from "./target-group.ts";
