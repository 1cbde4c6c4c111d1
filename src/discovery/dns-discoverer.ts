/** Targets from the records of the domain name system. */
import { describeError, type Disk } from "#base";
import type { DnsDiscovery } from "#promconfig";
import type { DiscoveryMetrics } from "./discovery-metrics.ts";
import { createRefreshing, emptyGroup, type RefreshDeps } from "./refreshing.ts";
import {
  type Discoverer,
  joinHostPort,
  metaLabels,
  type TargetGroup,
  targetOf,
} from "./target-group.ts";

export type DnsRecordType = "A" | "AAAA" | "SRV" | "MX" | "NS";

/** A record: an address, or the name of a server and for SRV its port. */
export interface DnsRecord {
  readonly value: string;
  /** 0 but for SRV. */
  readonly port: number;
}

/** Asks name servers; `host` has the real one. */
export interface DnsResolver {
  /** Empty when the name has no such records or does not exist; rejects when nobody answers. */
  resolve(name: string, type: DnsRecordType): Promise<readonly DnsRecord[]>;
}

export interface DnsDiscoveryDeps extends RefreshDeps {
  readonly resolver: DnsResolver;
  readonly lookups: DiscoveryMetrics["dns"];
  readonly disk: Pick<Disk, "findFile">;
}

export function createDnsDiscoverer(deps: DnsDiscoveryDeps, config: DnsDiscovery): Discoverer {
  const known = new Map<string, TargetGroup>();
  return createRefreshing(deps, {
    intervalMs: config.refreshIntervalMs,
    refresh: async () => {
      const file = await deps.disk.findFile("/etc/resolv.conf");
      const search = parseSearchPath(file === undefined ? "" : new TextDecoder().decode(file));
      // One name that is not answered for keeps the targets that it had.
      await Promise.all(
        config.names.map(async (name) => {
          try {
            known.set(name, await lookUp(deps, { name, config, search }));
          } catch (error) {
            deps.metrics.failed();
            deps.log.warn("error refreshing DNS targets", { name, why: describeError(error) });
          }
        }),
      );
      return config.names.map((name) => known.get(name) ?? emptyGroup(name));
    },
  });
}

async function lookUp(
  { resolver, lookups }: Pick<DnsDiscoveryDeps, "resolver" | "lookups">,
  { name, config, search }: { name: string; config: DnsDiscovery; search: SearchPath },
): Promise<TargetGroup> {
  const type = recordTypeOf(config.type);
  let failure: unknown;
  for (const candidate of namesToTry(name, search)) {
    try {
      const records = await resolver.resolve(candidate, type);
      lookups.lookedUp("answered");
      if (records.length > 0) return dnsGroup(name, { ...config, type }, records);
    } catch (error) {
      lookups.lookedUp("failed");
      failure = error;
    }
  }
  if (failure !== undefined) {
    throw new Error(`could not resolve ${JSON.stringify(name)}`, { cause: failure });
  }
  return emptyGroup(name);
}

function recordTypeOf(text: string): DnsRecordType {
  const types: readonly DnsRecordType[] = ["A", "AAAA", "MX", "NS"];
  return types.find((type) => type === text.toUpperCase()) ?? "SRV";
}

/** The targets that the records of `name` make. */
export function dnsGroup(
  name: string,
  { type, port }: { readonly type: DnsRecordType; readonly port: number },
  records: readonly DnsRecord[],
): TargetGroup {
  const targets = records.map((record) => {
    const host = record.value.replace(/\.$/, "");
    const labels = metaLabels("dns_", {
      name,
      srv_record_target: type === "SRV" ? `${host}.` : undefined,
      srv_record_port: type === "SRV" ? record.port : undefined,
      mx_record_target: type === "MX" ? `${host}.` : undefined,
      ns_record_target: type === "NS" ? `${host}.` : undefined,
    });
    return targetOf(joinHostPort(host, type === "SRV" ? record.port : port), labels);
  });
  return { source: name, targets, labels: [] };
}

/** What `/etc/resolv.conf` says about names that are not complete. */
export interface SearchPath {
  readonly domains: readonly string[];
  /** Names with at least so many dots are tried as they are first. */
  readonly ndots: number;
}

export function parseSearchPath(file: string): SearchPath {
  const lines = file.split("\n").map((line) => line.trim().split(/\s+/));
  const search = lines.findLast(([word]) => word === "search" || word === "domain");
  const options = lines.flatMap(([word, ...rest]) => (word === "options" ? rest : []));
  const ndots = options.map((option) => /^ndots:(\d+)$/.exec(option)?.[1]).find(Boolean);
  return {
    domains: (search ?? []).slice(1).map((domain) => domain.replace(/\.$/, "")),
    ndots: Math.min(Number(ndots ?? 1), 15),
  };
}

/** The full names that a name may stand for, in the order of trying. */
export function namesToTry(name: string, { domains, ndots }: SearchPath): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const dots = name.split(".").length - 1;
  const extended = domains.map((domain) => `${name}.${domain}`);
  return dots >= ndots ? [name, ...extended] : [...extended, name];
}
