import type { ClusterConfig } from "#cli";
import { realDisk, realProcesses } from "#host";
import { removeLocalNetwork } from "./local-network.ts";
import { removeContainers } from "./node-containerd.ts";

/** Removes from the machine what a stopped cluster left: pods, mounts, cgroups, links, rules. */
export async function sweep(
  directory: string,
  config: ClusterConfig,
  images: "keep" | "remove",
  signal: AbortSignal,
): Promise<void> {
  if (config.runtime === "simulated") return;
  await removeContainers(directory, config, images, signal);
  await removeLocalNetwork({ disk: realDisk, processes: realProcesses }, directory, config);
}
