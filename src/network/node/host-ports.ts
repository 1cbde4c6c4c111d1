/**
 * Node ports on the machine's own addresses: `localhost:30080` leads to the cluster's first node, as
 * people expect of a cluster on their machine. One nftables table in the host's namespace, with the
 * node ports that exist and no others, so that a program of the machine keeps every other port.
 */

import { type Clock, compareText, type Logger, type Processes, sleep } from "#base";
import type { ObjectSource } from "../object-source.ts";
import { WakeUp } from "../wake-up.ts";
import { runCommand } from "./step.ts";

/** What is needed of a Service. */
export interface PortedService {
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
  readonly spec: {
    readonly ports?:
      | readonly {
          readonly protocol?: string | undefined;
          readonly nodePort?: number | undefined;
        }[]
      | undefined;
  };
}

export interface HostPortsDeps {
  readonly services: ObjectSource<PortedService>;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly log: Logger;
}

export interface HostPortsOptions {
  readonly cluster: string;
  /** The cluster's bridge on the host: `wherry0`. */
  readonly bridge: string;
  /** InternalIP of the node that answers. */
  readonly nodeAddress: string;
  /** How long changes gather before they are applied. */
  readonly gatherMs: number;
  /** Pause after a failure. */
  readonly retryMs: number;
}

export const hostPortsDefaults = { gatherMs: 20, retryMs: 1_000 } as const;

/** Nobody looks at the table but after a change. */
const idleMs = 3_600_000;

/** Runs until aborted, in the host's namespace; the table goes with the cluster's network. */
export async function runHostPorts(
  deps: HostPortsDeps,
  options: HostPortsOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock, processes, services, log } = deps;
  await services.synced(signal);
  const wakeUp = new WakeUp(clock);
  using _following = services.onChange(() => wakeUp.wake());
  let applied: string | undefined;
  while (!signal.aborted) {
    const text = hostPortsTable(options, nodePortsOf(services.cache.list()));
    try {
      if (text !== applied) await applyTable(processes, options, text);
      applied = text;
    } catch (error) {
      // Node ports still answer on the nodes' own addresses.
      log.error("node ports on the machine's addresses not applied", error);
      applied = undefined;
      await sleep(clock, options.retryMs, signal).catch(() => {});
      wakeUp.wake();
    }
    await wakeUp.next(idleMs, signal);
    await sleep(clock, options.gatherMs, signal).catch(() => {});
  }
}

/** All node ports as elements of an nftables set, each once, in order. */
export function nodePortsOf(services: readonly PortedService[]): readonly string[] {
  const ports = services.flatMap(({ spec }) =>
    (spec.ports ?? []).flatMap(({ protocol = "TCP", nodePort = 0 }) =>
      nodePort === 0 ? [] : [`${protocol.toLowerCase()} . ${nodePort}`],
    ),
  );
  return [...new Set(ports)].toSorted(compareText);
}

/** The whole table as text for `nft -f -`, which replaces the one that may be there. */
export function hostPortsTable(
  { cluster, bridge, nodeAddress }: Pick<HostPortsOptions, "cluster" | "bridge" | "nodeAddress">,
  ports: readonly string[],
): string {
  const table = `wherry-${cluster}.nodeports`;
  const elements = ports.length === 0 ? "" : ` elements = { ${ports.join(", ")} };`;
  const dispatch = `fib daddr type local meta l4proto . th dport @ports dnat to ${nodeAddress}`;
  return `add table ip ${table}
delete table ip ${table}
table ip ${table} {
  set ports { type inet_proto . inet_service;${elements} }
  chain outgoing {
    type nat hook output priority -100; policy accept;
    ${dispatch}
  }
  chain incoming {
    type nat hook prerouting priority -100; policy accept;
    iifname != "${bridge}" ${dispatch}
  }
  chain hide-loopback {
    type nat hook postrouting priority 100; policy accept;
    oifname "${bridge}" ip saddr 127.0.0.0/8 masquerade
  }
  chain guard-loopback {
    type filter hook prerouting priority -300; policy accept;
    iifname "${bridge}" ip daddr 127.0.0.0/8 drop
  }
}
`;
}

/**
 * Packets from a loopback address may leave by the bridge only when that is allowed, which would allow
 * nodes to send to loopback addresses as well: `guard-loopback` is there first.
 */
async function applyTable(
  processes: Processes,
  { bridge }: HostPortsOptions,
  text: string,
): Promise<void> {
  await runCommand(processes, { program: "nft", args: ["-f", "-"], input: text });
  const setting = `net.ipv4.conf.${bridge}.route_localnet=1`;
  await runCommand(processes, { program: "sysctl", args: ["-q", "-w", setting] });
}
