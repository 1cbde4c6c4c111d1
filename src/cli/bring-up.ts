/** Brings a cluster up and waits for it: what `wherry up` does. */
import { describeError, type HttpTransport, sleep } from "#base";
import { type NodeGroup, nodeGroup } from "#api/node-groups/v1";
import { isServerReady, listNodeStates, type NodeState } from "./api-request.ts";
import {
  type ClusterConfig,
  type ClusterPlace,
  findConfig,
  findRunning,
  findSupervisorState,
  type SupervisorState,
  within,
  writeConfig,
} from "./cluster.ts";
import {
  type ClusterRequest,
  monitorPortDefault,
  planCluster,
  portDefault,
} from "./cluster-plan.ts";
import type { CommandContext } from "./command.ts";
import { endpointOf, mergeKubeconfig, readAccess } from "./kubeconfig.ts";
import { findPortHolder } from "./port-holder.ts";
import { endOrphans, takeDown } from "./take-down.ts";

const pollMs = 50;

/** A server or an agent that dies this often in its first moments will not come up by itself. */
const restartCountMax = 3;

/** Ports tried one after the other when any free one will do. */
const portAttemptsMax = 5;

export interface BringUpOptions {
  /** Whether to wait until every node is Ready. */
  readonly waitFor: "nodes" | "server";
  readonly timeoutMs: number;
}

/** What came up, and whether it was up already. */
export interface BroughtUp {
  readonly config: ClusterConfig;
  readonly server: string;
  readonly wasUp: boolean;
  readonly nodes: readonly NodeState[];
  readonly elapsedMs: number;
}

export async function bringUp(
  context: CommandContext,
  place: ClusterPlace,
  request: ClusterRequest,
  options: BringUpOptions,
): Promise<BroughtUp> {
  const startedMs = context.clock.elapsedMs();
  const before = await findConfig(context.disk, place.directory);
  const wasUp = (await findRunning(context, place.directory)) !== undefined;
  // A cluster that is up has a port: "any free one" is no wish to change it.
  const port = wasUp && request.port === 0 ? undefined : request.port;
  const planned = planCluster({ ...request, port }, before);
  if (wasUp && before !== undefined) refuseLiveChange(before, planned);
  await keepMetricRules(context, place, request.metricRules);
  const deadlineMs = startedMs + options.timeoutMs;
  const wait: Wait = { context, place, signal: context.signal, deadlineMs };
  const { config, api } = wasUp
    ? { config: planned, api: await waitForServer(wait) }
    : await startServer(wait, planned);
  const note = (line: string) => {
    if (!wasUp) context.terminal.note(line);
  };
  note(`the server is ready (${secondsSince(context, startedMs)})`);
  const server = await mergeContext(context, place);
  const groupNodeCount = await applyNodeGroups(api, request.nodeGroups, context.signal);
  const nodeCount = config.nodeNames.length + groupNodeCount;
  const nodes = options.waitFor === "nodes" ? await waitForNodes(wait, api, nodeCount) : [];
  if (nodes.length > 0) note(`${nodes.length} node(s) Ready (${secondsSince(context, startedMs)})`);
  return { config, server, wasUp, nodes, elapsedMs: context.clock.elapsedMs() - startedMs };
}

/** A cluster that is up reads the file again by itself. */
async function keepMetricRules(
  { disk }: CommandContext,
  { directory }: ClusterPlace,
  text: string | undefined,
): Promise<void> {
  if (text === undefined) return;
  await disk.makeDirectory(directory, { mode: 0o700 });
  await disk.replaceFile(within.metricRules(directory), text, { mode: 0o600 });
}

/** Makes or changes them. Gives how many nodes there will be of them at least. */
async function applyNodeGroups(
  api: HttpTransport,
  groups: readonly NodeGroup[],
  signal: AbortSignal,
): Promise<number> {
  if (groups.length === 0) return 0;
  const { createClient } = await import("#client");
  const resource = createClient(api).of(nodeGroup);
  for (const group of groups) {
    await resource.apply(group, { fieldManager: "wherry-up", force: true }, signal);
  }
  return groups.reduce((sum, { spec }) => sum + (spec.minSize ?? 0), 0);
}

/** A port that was free a moment ago may be taken; unless it was asked for, another one does. */
async function startServer(wait: Wait, planned: ClusterConfig) {
  const { context, place } = wait;
  for (let attempt = 1; ; attempt++) {
    const config = await start(context, place, planned);
    const freePort = planned.port === 0 && attempt < portAttemptsMax ? config.port : undefined;
    try {
      return { config, api: await waitForServer({ ...wait, freePort }) };
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error;
      context.terminal.note(error.message);
      await takeDown(context, place, "keep");
    }
  }
}

class PortTaken extends Error {}

function secondsSince(context: CommandContext, startedMs: number): string {
  return `${((context.clock.elapsedMs() - startedMs) / 1000).toFixed(1)} s`;
}

function refuseLiveChange(before: ClusterConfig, wanted: ClusterConfig): void {
  if (before.externalUrl !== wanted.externalUrl) {
    throw new Error(
      `cluster "${before.name}" is up; run "wherry down" before changing --external-url`,
    );
  }
  if (before.port === wanted.port && before.nodeNames.length === wanted.nodeNames.length) return;
  throw new Error(
    `cluster "${before.name}" is up on port ${before.port} with ${before.nodeNames.length} node(s); run "wherry down" before changing that`,
  );
}

async function start(
  context: CommandContext,
  place: ClusterPlace,
  planned: ClusterConfig,
): Promise<ClusterConfig> {
  if (planned.runtime === "containerd" && !context.surroundings.isRoot) {
    throw new Error("running containers needs root: use sudo, or take --runtime simulated");
  }
  // Parts that outlived their supervisor hold the port and the store.
  await endOrphans(context, place.directory);
  const port = await choosePort(context, planned.port);
  const config = { ...planned, port, ...(await chooseMonitorPorts(context, planned, port)) };
  const { disk } = context;
  await disk.makeDirectory(place.directory, { mode: 0o700 });
  await disk.makeDirectory(within.logs(place.directory), { mode: 0o700 });
  await disk.makeDirectory(within.run(place.directory), { mode: 0o700 });
  await disk.remove(within.supervisor(place.directory));
  await writeConfig(disk, place.directory, config);

  context.terminal.note(`starting cluster "${config.name}" in ${place.directory}`);
  const [program, ...args] = context.surroundings.self;
  await context.processes.spawn(program, [...args, "supervise", "--data-dir", place.directory], {
    lifetime: "detached",
    directory: "/",
    logFile: within.log(place.directory, "supervisor"),
  });
  return config;
}

/** The port itself, which must be free; for 0 the first free one from the usual port on. */
async function choosePort(context: CommandContext, port: number): Promise<number> {
  if (port === 0) {
    let free = portDefault;
    while ((await findPortHolder(context.disk, free)) !== undefined) free++;
    return free;
  }
  const holder = await findPortHolder(context.disk, port);
  if (holder === undefined) return port;
  throw new Error(
    `port ${port} is held by ${holder}; choose another with --port, or --port 0 for a free one`,
  );
}

/** The first free ports from the wanted ones on: nobody's work depends on which they are. */
async function chooseMonitorPorts(
  context: CommandContext,
  { monitorPort, alertingPort }: ClusterConfig,
  apiPort: number,
): Promise<Pick<ClusterConfig, "monitorPort" | "alertingPort">> {
  if (monitorPort === "none" || alertingPort === "none") {
    return { monitorPort: "none", alertingPort: "none" };
  }
  const isFree = async (port: number, taken: readonly number[]) =>
    !taken.includes(port) && (await findPortHolder(context.disk, port)) === undefined;
  let monitor = monitorPort === 0 ? monitorPortDefault : monitorPort;
  while (!(await isFree(monitor, [apiPort]))) monitor++;
  let alerting = alertingPort;
  while (!(await isFree(alerting, [apiPort, monitor]))) alerting++;
  return { monitorPort: monitor, alertingPort: alerting };
}

interface Wait {
  readonly context: CommandContext;
  readonly place: ClusterPlace;
  readonly signal: AbortSignal;
  /** On the clock's `elapsedMs`. */
  readonly deadlineMs: number;
  /** The port that we chose, if another one would do as well. */
  readonly freePort?: number | undefined;
}

/** Resolves with a way to the server once it says that it is ready. */
async function waitForServer(wait: Wait): Promise<HttpTransport> {
  let lastError: unknown = "it has not started";
  while (true) {
    try {
      const api = await findReadyServer(wait);
      if (api !== undefined) return api;
    } catch (error) {
      // Nobody listens yet, or not with these certificates: both pass while it starts.
      if (wait.signal.aborted) throw error;
      lastError = error;
    }
    await pause(wait, () => `the server is not ready: ${describeError(lastError)}`);
  }
}

async function findReadyServer({
  context,
  place,
  signal,
}: Wait): Promise<HttpTransport | undefined> {
  const path = within.kubeconfig(place.directory);
  if ((await context.disk.findFacts(path)) === undefined) return undefined;
  const api = await context.connect(endpointOf(await readAccess(context.disk, path)));
  return (await isServerReady(api, signal)) ? api : undefined;
}

async function waitForNodes(
  wait: Wait,
  api: HttpTransport,
  nodeCount: number,
): Promise<readonly NodeState[]> {
  const { clock } = wait.context;
  while (true) {
    const startMs = clock.elapsedMs();
    const nodes = await listNodeStates(api, wait.signal);
    if (nodes.filter((node) => node.isReady).length >= nodeCount) return nodes;
    const describe = () => {
      const ready = nodes.filter((node) => node.isReady).length;
      return `${ready} of ${nodeCount} nodes are ready`;
    };
    // A long list costs the server time that the nodes need to become ready.
    await pause(wait, describe, Math.max(pollMs, 4 * (clock.elapsedMs() - startMs)));
  }
}

/** Waits a moment; gives up when time is over or a part keeps dying. */
async function pause(wait: Wait, describe: () => string, pauseMs = pollMs): Promise<void> {
  const { context, place } = wait;
  const state = await findSupervisorState(context.disk, place.directory);
  await refuseTakenPort(wait, state);
  const dying = state?.parts.find(
    ({ name, restartCount }) => name !== "monitor" && restartCount >= restartCountMax,
  );
  if (dying !== undefined) {
    const lines = await lastLines(context, place, dying.name);
    await takeDown(context, place, "keep");
    throw new Error(`${dying.name} does not stay up; its last words:\n${lines}`);
  }
  if (context.clock.elapsedMs() > wait.deadlineMs) {
    throw new Error(`gave up waiting: ${describe()}; see "wherry logs"`);
  }
  await sleep(context.clock, pauseMs, wait.signal);
}

/** Throws `PortTaken` when the server cannot start because others have the port that we chose. */
async function refuseTakenPort(
  { context, freePort }: Wait,
  state: SupervisorState | undefined,
): Promise<void> {
  const server = state?.parts.find(({ name }) => name === "server");
  if (freePort === undefined || server === undefined || server.restartCount === 0) return;
  const holder = await findPortHolder(context.disk, freePort);
  if (holder === undefined || holder.endsWith(`(pid ${server.pid})`)) return;
  throw new PortTaken(`port ${freePort} was taken by ${holder} meanwhile; trying another`);
}

async function lastLines(
  context: CommandContext,
  place: ClusterPlace,
  part: string,
): Promise<string> {
  const bytes = await context.disk.findFile(within.log(place.directory, part));
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  return lines.slice(-8).join("\n");
}

/** Makes our context the current one in the person's kubeconfig. Gives the server's URL. */
async function mergeContext(context: CommandContext, place: ClusterPlace): Promise<string> {
  const { disk } = context;
  const access = await readAccess(disk, within.kubeconfig(place.directory));
  const bytes = await disk.findFile(place.sharedKubeconfig);
  const text = bytes === undefined ? "" : new TextDecoder().decode(bytes);
  const merged = mergeKubeconfig(text, place.contextName, access);
  if (merged !== text) {
    const parent = place.sharedKubeconfig.slice(0, place.sharedKubeconfig.lastIndexOf("/"));
    await disk.makeDirectory(parent, { mode: 0o700 });
    await disk.replaceFile(place.sharedKubeconfig, merged, { mode: 0o600 });
  }
  return access.server;
}
