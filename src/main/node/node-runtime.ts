/** The private containerd of one real node, as its agent starts and uses it. */
import {
  type ContainerdOptions,
  containerdPaths,
  criRuntime,
  ensureImage,
  keepContainerdRunning,
  observedChannel,
  pauseImage,
  pauseReference,
  type Runtime,
  startContainerd,
  writeImageArchive,
} from "#agent";
import type { Logger, Meters } from "#base";
import { openGrpcChannel, realClock, realDisk, realMachine, realProcesses } from "#host";
import type { RunningPart } from "../run-parts.ts";

/** Where the node's containerd serves its metrics: only inside the node's network namespace. */
export const containerdMetrics = { host: "127.0.0.1", port: 11_250 };

/** Where the plugins may be: Debian's package, and upstream's own archives. */
const cniBinDirectories = ["/usr/lib/cni", "/opt/cni/bin"];
const catatonitPaths = ["/usr/bin/catatonit", "/usr/libexec/podman/catatonit"];

export interface NodeRuntime extends AsyncDisposable {
  readonly runtime: Runtime;
  /** Where containerd looks for the CNI configuration, which appears when the node has its range. */
  readonly cniDirectory: string;
  /** Where the plugins remember the addresses that they gave out. */
  readonly addressDirectory: string;
  /** Keeps containerd running; containerd and its containers stay when it ends. */
  readonly part: RunningPart;
}

/** Starts the node's containerd, or adopts it when it runs, and sees that it has the pause image. */
export async function openNodeRuntime(
  nodeDirectory: string,
  { logger, meters }: { readonly logger: Logger; readonly meters: Meters },
  signal: AbortSignal,
): Promise<NodeRuntime> {
  const ports = { disk: realDisk, processes: realProcesses };
  const deps = { ...ports, clock: realClock, logger };
  const { socket } = containerdPaths(nodeDirectory);
  const cniDirectory = `${nodeDirectory}/cni`;
  const options: ContainerdOptions = {
    nodeDirectory,
    // The agent was started inside the node's namespace, and what it starts is, too.
    networkNamespace: undefined,
    cniConfDirectory: cniDirectory,
    cniBinDirectory: await firstOf(cniBinDirectories, "the CNI plugins"),
    sandboxImage: pauseReference,
    cgroupDriver: "cgroupfs",
    metrics: containerdMetrics,
    registries: [],
  };
  await using scope = new AsyncDisposableStack();
  const channel = scope.use(await openGrpcChannel(`unix://${socket}`));
  const runtime = criRuntime(observedChannel(channel, meters, realClock));
  await startContainerd(deps, options, runtime, signal);
  const place = { runtime, socket, directory: nodeDirectory };
  await ensureImage(ports, place, { reference: pauseReference, build: buildPause }, signal);
  const owned = scope.move();
  return {
    runtime,
    cniDirectory,
    addressDirectory: `${nodeDirectory}/addresses`,
    part: {
      name: "containerd",
      run: (ending) => keepContainerdRunning(deps, options, ending),
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function buildPause(): Promise<Uint8Array> {
  const program = await realDisk.readFile(await firstOf(catatonitPaths, "catatonit"));
  const { architecture } = await realMachine.describe();
  return writeImageArchive(pauseImage(program, architecture));
}

async function firstOf(paths: readonly string[], what: string): Promise<string> {
  for (const path of paths) {
    if ((await realDisk.findFacts(path)) !== undefined) return path;
  }
  throw new Error(`${what} are not installed: none of ${paths.join(", ")} is there`);
}
