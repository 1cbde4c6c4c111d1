/** The sandbox of a pod: names, network and process surroundings. Pure. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { DnsConfig, PortMapping, SandboxConfig } from "../runtime-config.ts";
import { podNameLabel, podNamespaceLabel, podUidLabel } from "./labels.ts";
import { podResources } from "./resources.ts";
import { sandboxSecurity } from "./security.ts";

export interface SandboxFacts {
  /** Directory of all pods' logs on this node. */
  readonly logRoot: string;
  readonly dnsAddress: string;
  readonly clusterDomain: string;
  /** What pods with the node's own resolver get. */
  readonly hostDns: DnsConfig;
  /** Cgroup of the pod, made before the sandbox. */
  readonly cgroupParent: string;
}

const hostnameCharsMax = 63;

export function sandboxConfigOf(
  pod: Live<Pod>,
  attempt: number,
  facts: SandboxFacts,
): SandboxConfig {
  const { name, namespace = "", uid, labels, annotations } = pod.metadata;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: hostnameOf(pod, facts.clusterDomain),
    logDirectory: logDirectoryOf(pod, facts.logRoot),
    dns: dnsOf(pod, facts),
    portMappings: portMappingsOf(pod),
    labels: {
      ...labels,
      [podNameLabel]: name,
      [podNamespaceLabel]: namespace,
      [podUidLabel]: uid,
    },
    annotations: annotations ?? {},
    linux: {
      cgroupParent: facts.cgroupParent,
      securityContext: sandboxSecurity(pod),
      sysctls: Object.fromEntries(
        (pod.spec.securityContext?.sysctls ?? []).map(({ name: key, value }) => [key, value]),
      ),
      overhead: undefined,
      resources: podResources(pod),
    },
  };
}

function logDirectoryOf({ metadata }: Live<Pod>, logRoot: string): string {
  return `${logRoot}/${metadata.namespace ?? ""}_${metadata.name}_${metadata.uid}`;
}

/** Empty in the host's network, where the machine's own name stays. */
export function hostnameOf({ spec, metadata }: Live<Pod>, clusterDomain: string): string {
  if (spec.hostNetwork === true) return "";
  const { hostname = "", subdomain = "", setHostnameAsFQDN } = spec;
  const short = (hostname === "" ? metadata.name : hostname).slice(0, hostnameCharsMax);
  if (setHostnameAsFQDN !== true || subdomain === "") return short.replace(/[-.]+$/, "");
  return `${short}.${subdomain}.${metadata.namespace ?? ""}.svc.${clusterDomain}`;
}

function dnsOf({ spec, metadata }: Live<Pod>, facts: SandboxFacts): DnsConfig {
  const policy = spec.dnsPolicy ?? "ClusterFirst";
  const usesCluster =
    policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && !spec.hostNetwork);
  const own = spec.dnsConfig;
  const base = usesCluster
    ? clusterDns(metadata.namespace ?? "", facts)
    : policy === "None"
      ? { servers: [], searches: [], options: [] }
      : facts.hostDns;
  const named = (own?.options ?? []).map(({ name = "", value }) =>
    value === undefined ? name : `${name}:${value}`,
  );
  const isReplaced = (option: string): boolean =>
    named.some((other) => other.split(":")[0] === option.split(":")[0]);
  return {
    servers: [...new Set([...base.servers, ...(own?.nameservers ?? [])])],
    searches: [...new Set([...base.searches, ...(own?.searches ?? [])])],
    options: [...base.options.filter((option) => !isReplaced(option)), ...named],
  };
}

function clusterDns(namespace: string, facts: SandboxFacts): DnsConfig {
  const { clusterDomain, dnsAddress, hostDns } = facts;
  return {
    servers: [dnsAddress],
    searches: [
      `${namespace}.svc.${clusterDomain}`,
      `svc.${clusterDomain}`,
      clusterDomain,
      ...hostDns.searches,
    ],
    options: ["ndots:5"],
  };
}

function portMappingsOf({ spec }: Live<Pod>): readonly PortMapping[] {
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ ports = [] }) =>
    ports.map(({ containerPort, hostPort = 0, hostIP = "", protocol = "TCP" }) => ({
      protocol: protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP",
      containerPort,
      hostPort: spec.hostNetwork === true ? 0 : hostPort,
      hostIp: hostIP,
    })),
  );
}
