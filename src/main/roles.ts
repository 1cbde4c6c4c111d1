import { sleep } from "#base";
import { findConfig, type ClusterConfig, type Roles, type Surroundings } from "#cli";
import {
  ensureStartedWith,
  keepHeapSmall,
  withoutCompiledCode,
  openLogger,
  realClock,
  realDisk,
  realMachine,
  realProcesses,
} from "#host";
import type { Pace } from "./supervisor/parts.ts";
import { type PartRuntime, supervise } from "./supervisor/supervisor.ts";

/** Built with the program, and beside it: from the sources they are in the folder of the build. */
const pagesDirectory = import.meta.filename.endsWith(".ts")
  ? `${import.meta.dirname}/../../dist/dashboard`
  : `${import.meta.dirname}/dashboard`;

/** The parts of a cluster as processes of this machine. What each is made of loads when it runs. */
export function rolesOf(surroundings: Surroundings): Roles {
  return {
    async supervise(directory, signal) {
      const config = await configOf(directory);
      using logger = openLogger(realClock, { target: "stdout", level: "info", format: "json" });
      const deps = {
        clock: realClock,
        disk: realDisk,
        processes: realProcesses,
        logger,
        pid: realMachine.usage().pid,
        self: surroundings.self,
        runtime: frugalRuntime,
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
      // One process has all the simulated nodes there are, and is anything but calm.
      if (nodeName !== undefined) keepHeapSmall();
      const { runAgent } = await import("./agent.ts");
      await runAgent(directory, await configOf(directory), { nodeName, signal });
    },
    async monitor(directory, settings, signal) {
      keepHeapSmall();
      if (!(await passes(monitorDelayMs, signal))) return;
      const { runClusterMonitor } = await import("./monitor/cluster-monitor.ts");
      const { env } = surroundings;
      const place = { directory, config: await configOf(directory) };
      await runClusterMonitor(place, settings, { env, pagesDirectory }, signal);
    },
    ...programRoles(surroundings),
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

/** What runs alone, without a cluster. */
function programRoles(
  surroundings: Surroundings,
): Pick<Roles, "prometheus" | "alertmanager" | "promtool" | "checkOnCall" | "openHistory"> {
  return {
    async prometheus(settings, signal) {
      // Nobody starts it with flags for V8, as the supervisor does with a cluster's parts.
      ensureStartedWith(prometheusFlags);
      const { aloneSurroundings, runPrometheus } = await import("./monitor/prometheus.ts");
      const { env, workingDirectory } = surroundings;
      const around = { ...aloneSurroundings, env, workingDirectory, pagesDirectory };
      await runPrometheus(settings, around, signal);
    },
    async alertmanager(settings, signal) {
      ensureStartedWith(alertmanagerFlags);
      const { runAlertmanager } = await import("./alertmanager/alertmanager.ts");
      const { env } = surroundings;
      const clock = realClock;
      const around = { clock, env, pagesDirectory, onCall: undefined, onOpened: () => {} };
      await runAlertmanager(settings, around, signal);
    },
    async promtool(words, signal) {
      const { runTool } = await import("./promtool.ts");
      return runTool(words, surroundings, signal);
    },
    async checkOnCall(file) {
      const { checkOnCallFile } = await import("./oncall/check-file.ts");
      return checkOnCallFile(file);
    },
    async openHistory(server, signal) {
      const { openHistoryClient } = await import("./history-client.ts");
      return openHistoryClient(server, surroundings.env, signal);
    },
  };
}

/** The server and the nodes start at the same moment, and somebody waits for them. */
const monitorDelayMs = 1_500;

/** Whether the time passed before the signal aborted. */
function passes(delayMs: number, signal: AbortSignal): Promise<boolean> {
  return sleep(realClock, delayMs, signal).then(
    () => true,
    () => false,
  );
}

/**
 * Both halves of the young generation have two MiB, in which the objects of most queries come and go.
 * In one MiB those of a thousand series are moved to the old one and collected there, at two thirds of
 * the speed. Larger ones also keep what each packet from the network has brought, until V8 finds that
 * there is too much of that and collects everything, several times a second under load.
 */
const prometheusFlags = ["--min-semi-space-size=2", "--max-semi-space-size=2"];

/** As above. Here each request brings up to 64 alerts, of which all that is old is dropped at once. */
const alertmanagerFlags = ["--min-semi-space-size=4", "--max-semi-space-size=4"];

/**
 * Otherwise each of Node's threads has a heap of its own that keeps what was freed in it; and code that
 * was compiled before comes with megabytes that only a short command has a use for.
 */
const frugalEnv = { MALLOC_ARENA_MAX: "2", ...withoutCompiledCode };

/**
 * How the parts run: with less memory in reserve than V8 and the C library take for themselves. The
 * flag says how many MiB each half of V8's young generation has, of which up to three are resident
 * (16 otherwise). With less, garbage is collected more often, which costs those most that start
 * thousands of pods: a server with halves of 4 MiB spends a sixth of its time on it.
 */
const frugalRuntime: Readonly<Record<Pace, PartRuntime>> = {
  busy: { flags: ["--max-semi-space-size=8"], env: frugalEnv },
  calm: {
    flags: ["--max-semi-space-size=1"],
    // Blocks of 128 KiB and more go back to the system when they are freed, at any time.
    env: { ...frugalEnv, MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" },
  },
};

async function configOf(directory: string): Promise<ClusterConfig> {
  const config = await findConfig(realDisk, directory);
  if (config === undefined) throw new Error(`no cluster in ${directory}; "wherry up" makes one`);
  return config;
}
