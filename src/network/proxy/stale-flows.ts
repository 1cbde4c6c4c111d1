/**
 * Connection tracking of UDP. The kernel keeps sending a flow where its first packet went, for as
 * long as packets come: to an endpoint that is gone, or nowhere when there was none. TCP notices by
 * itself; for UDP the entries have to be deleted.
 */

/** Entries of one frontend that lead to `target`, an endpoint's address or the frontend's own. */
export interface StaleFlow {
  readonly address: string;
  readonly port: number;
  readonly target: string;
}

/** `src=A dst=B sport=C dport=D`, twice: as sent, and as the answer is expected. */
const entryPattern =
  /^udp\b.*? src=(\S+) dst=(\S+) sport=\d+ dport=(\d+) .*?src=(\S+) dst=\S+ sport=\d+ dport=\d+/;

/**
 * Finds what to delete in the listing of `conntrack -L -p udp`: flows to one of `frontends`
 * (`address:port` to its endpoints) that lead to no endpoint of it.
 */
export function findStaleFlows(
  listing: string,
  frontends: ReadonlyMap<string, ReadonlySet<string>>,
): readonly StaleFlow[] {
  const stale = new Map<string, StaleFlow>();
  for (const line of listing.split("\n")) {
    const [, , address = "", port = "", target = ""] = entryPattern.exec(line) ?? [];
    const endpoints = frontends.get(`${address}:${port}`);
    if (endpoints === undefined || endpoints.has(target)) continue;
    stale.set(`${address}:${port} ${target}`, { address, port: Number(port), target });
  }
  return [...stale.values()];
}

/** Arguments of `conntrack` that delete the entries of a flow. */
export function deleteFlowArgs({ address, port, target }: StaleFlow): readonly string[] {
  const frontend = ["--orig-dst", address, "--orig-port-dst", String(port)];
  return ["-D", "-p", "udp", ...frontend, "--reply-src", target];
}
