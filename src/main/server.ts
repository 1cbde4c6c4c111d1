import type { ClusterConfig } from "#cli";

/** Runs the control plane of a cluster until the signal aborts. */
export async function runServer(
  _directory: string,
  _config: ClusterConfig,
  _signal: AbortSignal,
): Promise<void> {
  throw new Error("the server is not there yet");
}
