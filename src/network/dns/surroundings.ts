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
}

const machineFile = "/etc/resolv.conf";
/** The servers behind systemd-resolved's loopback address. */
const behindLoopbackFile = "/run/systemd/resolve/resolv.conf";

export async function readDnsSurroundings(
  disk: Pick<Disk, "findFile">,
  dnsAddress: string,
): Promise<DnsSurroundings> {
  const machine = (await readResolvConf(disk, machineFile)) ?? { nameservers: [], search: [] };
  const behindLoopback = await readResolvConf(disk, behindLoopbackFile);
  return {
    addresses: [dnsAddress, ...loopbackResolvers(machine)],
    upstreams: chooseUpstreams(machine, behindLoopback, [dnsAddress]),
    hostSearch: machine.search,
  };
}

async function readResolvConf(
  disk: Pick<Disk, "findFile">,
  path: string,
): Promise<ResolvConf | undefined> {
  const bytes = await disk.findFile(path);
  return bytes === undefined ? undefined : parseResolvConf(new TextDecoder().decode(bytes));
}
