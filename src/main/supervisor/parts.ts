import type { ClusterConfig } from "#cli";

/** One process of a cluster. */
export interface Part {
  readonly name: string;
  /** Words of our own command line that start it; the data directory follows. */
  readonly words: readonly string[];
}

/** The processes of a cluster, in the order of starting. Simulated nodes share one. */
export function partsOf(config: ClusterConfig): readonly Part[] {
  const server: Part = { name: "server", words: ["server"] };
  if (config.runtime === "simulated") return [server, { name: "agents", words: ["agent"] }];
  const agents = config.nodeNames.map((node) => ({
    name: `agent-${node}`,
    words: ["agent", "--node", node],
  }));
  return [server, ...agents];
}
