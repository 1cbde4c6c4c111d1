/** Which namespaces of the kernel the pods of a service share, and with what. */
import type { HostAlias, PodDNSConfig, PodSpec } from "#api/core/v1";
import { isAddress, type Path } from "#compose";
import { isHostName } from "../names.ts";
import type { Report } from "../report.ts";
import type { Conversion, StackService } from "../stack-service.ts";

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

export type PodNetwork = Partial<
  Pick<
    PodSpec,
    | "hostNetwork"
    | "hostPID"
    | "hostIPC"
    | "hostUsers"
    | "shareProcessNamespace"
    | "hostname"
    | "hostAliases"
    | "dnsPolicy"
    | "dnsConfig"
  >
>;

export function namespacesOf(service: StackService, { report }: Conversion): PodNetwork {
  const { definition } = service;
  const spec: Mutable<PodNetwork> = {};
  if (isOnHost(service, report)) {
    spec.hostNetwork = true;
    spec.dnsPolicy = "ClusterFirstWithHostNet";
  }
  if (sharesWithHost(service, "pid", report)) spec.hostPID = true;
  if (sharesWithHost(service, "ipc", report)) spec.hostIPC = true;
  if (sharesWithHost(service, "userns_mode", report)) spec.hostUsers = true;
  if (definition.init === true && spec.hostPID !== true) spec.shareProcessNamespace = true;
  const hostname = hostnameOf(service, report);
  if (hostname !== undefined && spec.hostNetwork !== true) spec.hostname = hostname;
  const aliases = hostAliasesOf(service, report);
  if (aliases.length > 0) spec.hostAliases = aliases;
  const dns = dnsOf(service, report);
  if (dns !== undefined) spec.dnsConfig = dns;
  return spec;
}

function isOnHost({ definition, path }: StackService, report: Report): boolean {
  const mode = definition.network_mode ?? "bridge";
  if (mode === "host") return true;
  const isUsual = ["bridge", "default", "nat"].includes(mode) || mode.startsWith("service:");
  if (!isUsual) {
    const reason =
      mode === "none" ? "every pod is on the network" : `there is no network mode ${mode}`;
    report.refuse([...path, "network_mode"], reason);
  }
  return false;
}

function sharesWithHost(
  { definition, path }: StackService,
  attribute: "pid" | "ipc" | "userns_mode",
  report: Report,
): boolean {
  const mode = definition[attribute];
  if (mode === "host") return true;
  const isUsual = mode === undefined || mode === "" || ["private", "shareable"].includes(mode);
  if (!isUsual) report.refuse([...path, attribute], `pods share it with the node or with nobody`);
  return false;
}

function hostnameOf({ definition, path }: StackService, report: Report): string | undefined {
  const { hostname } = definition;
  if (hostname === undefined || isHostName(hostname)) return hostname;
  report.lose([...path, "hostname"], "ignored", "it is no name that DNS can have");
  return undefined;
}

/** `host=address` → the addresses, each with its names. */
function hostAliasesOf({ definition, path }: StackService, report: Report): readonly HostAlias[] {
  const names = new Map<string, string[]>();
  for (const [index, pair] of (definition.extra_hosts ?? []).entries()) {
    const at: Path = [...path, "extra_hosts", index];
    const [host = "", address = ""] = pair.split("=");
    if (address === "host-gateway") {
      report.lose(at, "ignored", "a pod does not know the machine outside of the cluster");
    } else if (!isAddress(address)) {
      report.reject(at, `invalid IP address: ${address}`);
    } else {
      names.set(address, [...(names.get(address) ?? []), host]);
    }
  }
  return [...names].map(([ip, hostnames]) => ({ ip, hostnames }));
}

/** More name servers no pod asks. */
const nameserversMax = 3;

function dnsOf({ definition, path }: StackService, report: Report): PodDNSConfig | undefined {
  const { dns = [], dns_search: searches = [], dns_opt: options = [] } = definition;
  if (dns.length + searches.length + options.length === 0) return undefined;
  for (const [index, server] of dns.entries()) {
    if (!isAddress(server)) report.reject([...path, "dns", index], `invalid IP address: ${server}`);
  }
  if (dns.length > nameserversMax) {
    report.lose([...path, "dns"], "changed", `pods ask the first ${nameserversMax} servers`);
  }
  const parsed = options.map((option) => {
    const [name = "", value] = option.split(":");
    return { name, ...(value === undefined ? {} : { value }) };
  });
  return {
    ...(dns.length > 0 ? { nameservers: dns.slice(0, nameserversMax) } : {}),
    ...(searches.length > 0 ? { searches } : {}),
    ...(parsed.length > 0 ? { options: parsed } : {}),
  };
}
