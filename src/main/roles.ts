import { findConfig, type ClusterConfig, type Roles, type Surroundings } from "#cli";
import { openLogger, realClock, realDisk, realMachine, realProcesses } from "#host";
import { supervise } from "./supervisor/supervisor.ts";

/** The parts of a cluster as processes of this machine. What each is made of loads when it runs. */
export function rolesOf(surroundings: Surroundings): Roles {
  return {
    async supervise(directory, signal) {
      const config = await configOf(directory);
      using logger = openLogger(realClock, { target: "stdout", level: "info" });
      const deps = {
        clock: realClock,
        disk: realDisk,
        processes: realProcesses,
        logger,
        pid: realMachine.usage().pid,
        self: surroundings.self,
      };
      const prepare = async () => {
        const { prepareCluster } = await import("./prepare.ts");
        return prepareCluster(deps, directory, config);
      };
      await supervise(deps, directory, prepare, signal);
    },
    async server(directory, signal) {
      const { runServer } = await import("./server.ts");
      await runServer(directory, await configOf(directory), signal);
    },
    async agent(directory, nodeName, signal) {
      const { runAgent } = await import("./agent.ts");
      await runAgent(directory, await configOf(directory), { nodeName, signal });
    },
    async loadImages(directory, file) {
      const { loadImages } = await import("./node-containerd.ts");
      return loadImages(directory, await configOf(directory), file);
    },
    async listImages(directory, signal) {
      const { listImages } = await import("./node-containerd.ts");
      return listImages(directory, await configOf(directory), signal);
    },
    async sweep(directory, images, signal) {
      const { sweep } = await import("./sweep.ts");
      await sweep(directory, await configOf(directory), images, signal);
    },
  };
}

async function configOf(directory: string): Promise<ClusterConfig> {
  const config = await findConfig(realDisk, directory);
  if (config === undefined) throw new Error(`no cluster in ${directory}; "wherry up" makes one`);
  return config;
}
