import type { ClusterConfig } from "#cli";

/** Runs one node, or all nodes of a simulated cluster, until the signal aborts. */
export async function runAgent(
  _directory: string,
  _config: ClusterConfig,
  _options: { readonly nodeName: string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  throw new Error("the agent is not there yet");
}
