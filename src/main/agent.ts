import type { ClusterConfig } from "#cli";

/** Runs one node, or all nodes of a simulated cluster, until the signal aborts. */
export async function runAgent(
  _directory: string,
  _config: ClusterConfig,
  { signal }: { readonly nodeName: string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
