import type { ClusterConfig } from "#cli";
import type { LocalNetwork } from "../local-network.ts";

/** One process of a cluster. */
export interface Part {
  readonly name: string;
  /** Words of our own command line that start it; the data directory follows. */
  readonly words: readonly string[];
  /** Program and arguments to run it under: into a node's network namespace. */
  readonly under: readonly string[];
  readonly pace: Pace;
}

/** `busy`: thousands of objects may come and go at once; `calm`: a few do, every few seconds. */
export type Pace = "busy" | "calm";

/** The processes of a cluster, in the order of starting. Simulated nodes share one. */
export function partsOf(config: ClusterConfig, network: LocalNetwork): readonly Part[] {
  const server: Part = { name: "server", words: ["server"], under: [], pace: "busy" };
  if (config.runtime === "simulated") {
    const agents: Part = { name: "agents", words: ["agent"], under: [], pace: "busy" };
    return [server, agents, ...monitorParts(config)];
  }
  const agents = network.nodes.map(({ name, namespacePath }) => ({
    name: `agent-${name}`,
    words: ["agent", "--node", name],
    under: ["nsenter", `--net=${namespacePath}`, "--"],
    pace: "calm" as const,
  }));
  return [server, ...agents, ...monitorParts(config)];
}

function monitorParts({ monitorPort }: ClusterConfig): readonly Part[] {
  if (monitorPort === "none") return [];
  const words = [
    "monitor",
    `--web.listen-address=127.0.0.1:${monitorPort}`,
    // Files that the cluster's owner adds count when they are there.
    "--enable-feature=auto-reload-config",
  ];
  // What it watches comes first, above all while everything starts.
  const under = ["nice", "-n", "5", "--"];
  return [{ name: "monitor", words, under, pace: "calm" }];
}
