/** Reads resolv.conf(5), to find out whom the machine itself asks for names. */

import { parseIpv4 } from "../address.ts";

export interface ResolvConf {
  /** IPv4 only: nodes have no IPv6 way out. */
  readonly nameservers: readonly string[];
  /** Lower case, without last dots. */
  readonly search: readonly string[];
}

const nameserversMax = 3;
const searchMax = 32;

export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = [];
  let search: readonly string[] = [];
  for (const line of text.split("\n")) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, "")
      .trim()
      .split(/\s+/);
    const [address = ""] = words;
    if (keyword === "nameserver" && parseIpv4(address) !== undefined) nameservers.push(address);
    // The last of these lines holds.
    if (keyword === "search" || keyword === "domain") search = words;
  }
  const domains = search.map((domain) => domain.toLowerCase().replace(/\.$/, ""));
  return {
    nameservers: nameservers.slice(0, nameserversMax),
    search: domains.filter((domain) => domain !== "").slice(0, searchMax),
  };
}

/**
 * The servers to forward to from inside a node. A loopback server of the machine is not the node's:
 * the ones behind it, which systemd-resolved writes to a file of its own, take its place. Addresses of
 * `own`, where this DNS server listens itself, would be a loop and are left out.
 */
export function chooseUpstreams(
  machine: ResolvConf,
  behindLoopback: ResolvConf | undefined,
  own: readonly string[],
): readonly string[] {
  const usable = (conf: ResolvConf | undefined) =>
    (conf?.nameservers ?? []).filter((address) => !isLoopback(address) && !own.includes(address));
  const direct = usable(machine);
  return direct.length > 0 ? direct : usable(behindLoopback);
}

/** The machine's loopback resolvers, on whose addresses a node's server answers the node's programs. */
export function loopbackResolvers(machine: ResolvConf): readonly string[] {
  return machine.nameservers.filter(isLoopback);
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.");
}
