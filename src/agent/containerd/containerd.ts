/**
 * A containerd of the node's own: started, adopted, kept running, and taken apart again.
 *
 * Invariants:
 * 1. At most one process per node directory: one that runs with our configuration is adopted.
 * 2. The process outlives us. An agent that restarts, or is killed, finds its containers running.
 * 3. containerd's death does not touch containers: their shims go on, and the next containerd
 *    finds them by the state directory. So that directory is removed only when the machine itself
 *    was restarted, or by `removeContainerd`.
 */
import { type Clock, type Disk, type Logger, type Processes, sleep } from "#base";
import type { Runtime } from "../runtime.ts";
import {
  type ContainerdPaths,
  chooseOomScoreAdj,
  chooseSnapshotter,
  containerdPaths,
  formatContainerdConfig,
  type MetricsPlace,
  formatRegistryHosts,
  type RegistryHost,
} from "./containerd-config.ts";
import { findContainerd } from "./process-list.ts";

export interface ContainerdDeps {
  readonly disk: Disk;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ContainerdOptions {
  /** Everything is kept below `<nodeDirectory>/containerd`. */
  readonly nodeDirectory: string;
  /** Path of the network namespace to run in; undefined for the one we are in. */
  readonly networkNamespace: string | undefined;
  readonly cniConfDirectory: string;
  readonly cniBinDirectory: string;
  readonly sandboxImage: string;
  readonly cgroupDriver: "cgroupfs" | "systemd";
  readonly registries: readonly RegistryHost[];
  readonly metrics: MetricsPlace | undefined;
}

/** How long containerd may take until it answers; with many containers to find again it is slow. */
const startTimeoutMs = 60_000;
const pollMs = 20;
const watchMs = 250;
/** From one start to the next; doubled while containerd does not last. */
const restartDelayMinMs = 1_000;
const restartDelayMaxMs = 30_000;

const utf8 = new TextDecoder();

/** Configures and starts the node's containerd, or adopts it when it runs; resolves when it answers. */
export async function startContainerd(
  deps: ContainerdDeps,
  options: ContainerdOptions,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<void> {
  const paths = containerdPaths(options.nodeDirectory);
  await forgetEarlierBoot(deps, paths);
  await writeConfiguration(deps, options, paths);
  const pid = (await findContainerd(deps.disk, paths)) ?? (await spawn(deps, options, paths));
  const isAlive = () => deps.processes.isRunning(pid);
  await untilAnswering(deps, paths, () => isAnswering(deps, paths, runtime, signal), {
    isAlive,
    signal,
  });
}

/**
 * Starts containerd again whenever it ends, until the signal aborts; then leaves it running. Its
 * configuration must have been written by `startContainerd`.
 */
export async function keepContainerdRunning(
  deps: ContainerdDeps,
  options: ContainerdOptions,
  signal: AbortSignal,
): Promise<void> {
  const paths = containerdPaths(options.nodeDirectory);
  let pid = await findContainerd(deps.disk, paths);
  let delayMs = restartDelayMinMs;
  let startedAtMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    if (pid === undefined || !deps.processes.isRunning(pid)) {
      const hasLasted = deps.clock.elapsedMs() - startedAtMs > 2 * restartDelayMaxMs;
      delayMs = hasLasted ? restartDelayMinMs : Math.min(delayMs * 2, restartDelayMaxMs);
      deps.logger.warn("containerd ended, starting it again", { log: paths.log });
      startedAtMs = deps.clock.elapsedMs();
      pid = await spawn(deps, options, paths);
      await pause(deps, delayMs, signal);
    }
    await pause(deps, watchMs, signal);
  }
}

async function spawn(
  { processes }: ContainerdDeps,
  options: ContainerdOptions,
  paths: ContainerdPaths,
): Promise<number> {
  const command = ["containerd", "--config", paths.config];
  const namespace = options.networkNamespace;
  const [program = "", ...args] =
    namespace === undefined ? command : ["nsenter", `--net=${namespace}`, ...command];
  try {
    // `nsenter` replaces itself by containerd, so the pid is containerd's in both cases.
    const options = { logFile: paths.log, lifetime: "detached" } as const;
    return (await processes.spawn(program, args, options)).pid;
  } catch (error) {
    const hint = "is it installed? On Debian or Ubuntu: apt-get install containerd runc";
    throw new Error(`starting ${program} (${hint})`, { cause: error });
  }
}

async function writeConfiguration(
  { disk }: ContainerdDeps,
  options: ContainerdOptions,
  paths: ContainerdPaths,
): Promise<void> {
  await disk.makeDirectory(paths.home, { mode: 0o711 });
  await disk.makeDirectory(paths.registries, { mode: 0o700 });
  await disk.makeDirectory(options.cniConfDirectory);
  const mountInfo = utf8.decode(await disk.readFile("/proc/self/mountinfo"));
  const processStatus = utf8.decode(await disk.readFile("/proc/self/status"));
  const config = formatContainerdConfig({
    paths,
    cniConfDirectory: options.cniConfDirectory,
    cniBinDirectory: options.cniBinDirectory,
    sandboxImage: options.sandboxImage,
    cgroupDriver: options.cgroupDriver,
    snapshotter: chooseSnapshotter(mountInfo, paths.root),
    oomScoreAdj: chooseOomScoreAdj(processStatus),
    metrics: options.metrics,
  });
  await disk.replaceFile(paths.config, config);
  for (const registry of options.registries) {
    const { directory, content } = formatRegistryHosts(registry);
    await disk.makeDirectory(`${paths.registries}/${directory}`, { mode: 0o700 });
    await disk.replaceFile(`${paths.registries}/${directory}/hosts.toml`, content);
  }
}

/** After a restart of the machine nothing of the state is true: no process, no mount is left. */
async function forgetEarlierBoot({ disk }: ContainerdDeps, paths: ContainerdPaths): Promise<void> {
  const bootId = utf8.decode(await disk.readFile("/proc/sys/kernel/random/boot_id")).trim();
  const known = await disk.findFile(paths.bootFile);
  if (known !== undefined && utf8.decode(known) === bootId) return;
  if (known !== undefined) await disk.remove(paths.state);
  await disk.makeDirectory(paths.home, { mode: 0o711 });
  await disk.replaceFile(paths.bootFile, bootId);
}

async function untilAnswering(
  { disk, clock }: ContainerdDeps,
  paths: ContainerdPaths,
  isAnswering: () => Promise<boolean>,
  { isAlive, signal }: { readonly isAlive: () => boolean; readonly signal: AbortSignal },
): Promise<void> {
  const endMs = clock.elapsedMs() + startTimeoutMs;
  while (!(await isAnswering())) {
    if (!isAlive()) {
      throw new Error(`containerd ended while starting: ${await lastLine(disk, paths.log)}`);
    }
    if (clock.elapsedMs() > endMs) {
      throw new Error(
        `containerd does not answer after ${startTimeoutMs / 1000} s, see ${paths.log}`,
      );
    }
    await sleep(clock, pollMs, signal);
  }
}

async function isAnswering(
  { disk }: ContainerdDeps,
  paths: ContainerdPaths,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<boolean> {
  // Asking before the socket is there would cost the channel's delay until it tries again.
  if ((await disk.findFacts(paths.socket)) === undefined) return false;
  try {
    await runtime.version(signal);
    return true;
  } catch (error) {
    // Not yet listening, or listening without its CRI plugin: the caller knows when to give up.
    if (signal.aborted) throw error;
    return false;
  }
}

async function lastLine(disk: Disk, path: string): Promise<string> {
  const bytes = await disk.findFile(path);
  const lines = utf8
    .decode(bytes ?? new Uint8Array(0))
    .trim()
    .split("\n");
  return lines.at(-1) ?? "";
}

/** Sleeps, and wakes early without complaint when the signal aborts. */
async function pause({ clock }: ContainerdDeps, delayMs: number, signal: AbortSignal) {
  try {
    await sleep(clock, delayMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
