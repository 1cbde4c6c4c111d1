/** The `/etc/hosts` of a pod's containers. Pure; the text is upstream's. */

import type { HostAlias } from "#api/core/v1";

export interface PodHosts {
  readonly addresses: readonly string[];
  readonly hostname: string;
  /** Name within the cluster of a pod with a subdomain; empty for others. */
  readonly domainName: string;
  readonly aliases: readonly HostAlias[];
}

const localNames = [
  ["127.0.0.1", "localhost"],
  ["::1", "localhost ip6-localhost ip6-loopback"],
  ["fe00::0", "ip6-localnet"],
  ["fe00::0", "ip6-mcastprefix"],
  ["fe00::1", "ip6-allnodes"],
  ["fe00::2", "ip6-allrouters"],
] as const;

export function formatPodHosts({ addresses, hostname, domainName, aliases }: PodHosts): string {
  const names = domainName === "" ? hostname : `${domainName}\t${hostname}`;
  return [
    "# Kubernetes-managed hosts file.",
    ...localNames.map(([address, name]) => `${address}\t${name}`),
    ...addresses.map((address) => `${address}\t${names}`),
    ...formatAliases(aliases),
    "",
  ].join("\n");
}

/** For a pod in the machine's own network: the machine's file, with the pod's aliases. */
export function formatHostNetworkHosts(hostFile: string, aliases: readonly HostAlias[]): string {
  const title = "# Kubernetes-managed hosts file (host network).";
  return [title, hostFile.trimEnd(), ...formatAliases(aliases), ""].join("\n");
}

function formatAliases(aliases: readonly HostAlias[]): readonly string[] {
  if (aliases.length === 0) return [];
  const lines = aliases.map(({ ip, hostnames = [] }) => [ip, ...hostnames].join("\t"));
  return ["", "# Entries added by HostAliases.", ...lines];
}
