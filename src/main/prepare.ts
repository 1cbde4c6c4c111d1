import type { Clock, Disk, Processes } from "#base";
import { type ClusterConfig, within } from "#cli";
import { identityOf, openPki, writeOwnerKubeconfig } from "./credentials.ts";
import { ensureLocalNetwork } from "./local-network.ts";
import { type Part, partsOf } from "./supervisor/parts.ts";

export interface PrepareDeps {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly processes: Processes;
}

/** Makes everything that the parts find when they start, and says which parts those are. */
export async function prepareCluster(
  deps: PrepareDeps,
  directory: string,
  config: ClusterConfig,
): Promise<readonly Part[]> {
  const network = await ensureLocalNetwork(deps, directory, config);
  const pki = await openPki(deps, directory);
  const owner = await identityOf(pki, config, network, { kind: "admin" });
  await writeOwnerKubeconfig(deps.disk, directory, config, owner);
  for (const { name } of network.nodes) {
    await deps.disk.makeDirectory(within.node(directory, name), { mode: 0o700 });
  }
  return partsOf(config, network);
}
