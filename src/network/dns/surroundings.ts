import type { Disk } from "#base";
import {
  chooseUpstreams,
  loopbackResolvers,
  parseResolvConf,
  type ResolvConf,
} from "./resolv-conf.ts";

/** What the machine's own settings mean for a node's DNS server. */
export interface DnsSurroundings {
  /** Where the server listens: the cluster's DNS address, and where the machine's programs ask. */
  readonly addresses: readonly string[];
  readonly upstreams: readonly string[];
  readonly hostSearch: readonly string[];
  /** The machine's own resolvers, to relay to when the nodes can reach none of them; else empty. */
  readonly relayed: readonly string[];
}

const machineFile = "/etc/resolv.conf";
/** The servers behind systemd-resolved's loopback address. */
const behindLoopbackFile = "/run/systemd/resolve/resolv.conf";

/** `hostAddress` is the machine's as the nodes see it, where `runDnsRelay` listens if need be. */
export async function readDnsSurroundings(
  disk: Pick<Disk, "findFile">,
  dnsAddress: string,
  hostAddress: string,
): Promise<DnsSurroundings> {
  const machine = (await readResolvConf(disk, machineFile)) ?? { nameservers: [], search: [] };
  const behindLoopback = await readResolvConf(disk, behindLoopbackFile);
  const loopback = loopbackResolvers(machine);
  const upstreams = chooseUpstreams(machine, behindLoopback, [dnsAddress]);
  const needsRelay = upstreams.length === 0 && loopback.length > 0;
  return {
    addresses: [dnsAddress, ...loopback],
    upstreams: needsRelay ? [hostAddress] : upstreams,
    hostSearch: machine.search,
    relayed: needsRelay ? loopback : [],
  };
}

async function readResolvConf(
  disk: Pick<Disk, "findFile">,
  path: string,
): Promise<ResolvConf | undefined> {
  const bytes = await disk.findFile(path);
  return bytes === undefined ? undefined : parseResolvConf(new TextDecoder().decode(bytes));
}
