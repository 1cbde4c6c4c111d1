/**
 * Published ports on this machine, for as long as the stack runs: a process of its own forwards them
 * and ends by itself once the stack is gone or the cluster is out of reach. Two files say what runs:
 * the process, written by who starts it, and its ports, written by the process.
 */
import { sleep } from "#base";
import { contentHash, type DeployedService, type OpenForward, planForwards } from "#stack";
import { isRunning } from "../cluster.ts";
import type { CommandContext } from "../command.ts";
import {
  decodePortProcess,
  decodePorts,
  type PortProcess,
  type Ports,
} from "./decode-local-ports.ts";
import type { OpenCluster } from "./open-cluster.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";

export interface LocalStack {
  readonly cluster: OpenCluster;
  readonly stack: string;
}

const startMsMax = 10_000;
const endMsMax = 5_000;
const pollMs = 25;

/** Where the two files and the log of a stack's process are. */
export function localPaths(context: CommandContext, { cluster, stack }: LocalStack) {
  const { homeDirectory } = context.surroundings;
  const key = [cluster.name, cluster.namespace, stack].map(encodeURIComponent).join("_");
  const start = `${homeDirectory}/.wherry/ports/${contentHash(key)}`;
  return { process: `${start}.process.json`, ports: `${start}.json`, log: `${start}.log` };
}

/** Sees to it that the published ports are on this machine, and says where. */
export async function openLocalPorts(
  context: CommandContext,
  local: LocalStack,
  services: readonly DeployedService[],
  command: readonly string[],
): Promise<void> {
  const { terminal, disk } = context;
  const { forwards, refusals } = planForwards(
    services.map(({ objectName, published }) => ({ name: objectName, published })),
  );
  for (const refusal of refusals) terminal.note(`warning: ${refusal}`);
  const paths = localPaths(context, local);
  const wanted = contentHash(JSON.stringify(forwards));
  const running = await findProcess(context, paths.process);
  const isOpen = running?.wanted === wanted && isRunning(context.processes, running);
  if (!isOpen) {
    await closeLocalPorts(context, local);
    if (forwards.length === 0) return;
    await start(context, paths, { wanted, command });
  }
  const bytes = await disk.findFile(paths.ports);
  if (bytes !== undefined) tellPorts(context, decodePorts(bytes));
}

/** Ends the process of a stack, if there is one, and forgets it. */
export async function closeLocalPorts(context: CommandContext, local: LocalStack): Promise<void> {
  const { processes, disk, clock, signal } = context;
  const paths = localPaths(context, local);
  const running = await findProcess(context, paths.process);
  if (running !== undefined) {
    for (let waitedMs = 0; isRunning(processes, running); waitedMs += pollMs) {
      processes.signal(running.pid, waitedMs < endMsMax ? "SIGTERM" : "SIGKILL");
      await sleep(clock, pollMs, signal);
    }
  }
  for (const path of Object.values(paths)) await disk.remove(path);
}

/** What the process itself writes once it listens. */
export async function writeLocalPorts(
  context: CommandContext,
  local: LocalStack,
  open: readonly OpenForward[],
  notes: readonly string[],
): Promise<void> {
  const ports: Ports = {
    notes,
    open: open.map(({ address, port, forward }) => ({
      address,
      port,
      service: forward.service,
      target: forward.target,
    })),
  };
  await context.disk.replaceFile(localPaths(context, local).ports, JSON.stringify(ports));
}

async function start(
  context: CommandContext,
  paths: ReturnType<typeof localPaths>,
  { wanted, command }: { readonly wanted: string; readonly command: readonly string[] },
): Promise<void> {
  const { processes, disk, surroundings, terminal, clock, signal } = context;
  await disk.makeDirectory(paths.log.slice(0, paths.log.lastIndexOf("/")));
  const [program, ...first] = surroundings.self;
  const options = { logFile: paths.log, lifetime: "detached" } as const;
  const { pid } = await processes.spawn(program, [...first, ...command], options);
  const identity = processes.findIdentity(pid) ?? "";
  const process: PortProcess = { pid, identity, wanted };
  await disk.replaceFile(paths.process, JSON.stringify(process));
  for (let waitedMs = 0; waitedMs < startMsMax; waitedMs += pollMs) {
    if ((await disk.findFacts(paths.ports)) !== undefined) return;
    if (!isRunning(processes, process)) break;
    await sleep(clock, pollMs, signal);
  }
  const log = await disk.findFile(paths.log);
  const reason = new TextDecoder().decode(log ?? new Uint8Array(0)).trim();
  terminal.note(`warning: published ports are not on this machine: ${reason || "no answer"}`);
}

/** Both kinds of localhost are one line. */
function tellPorts({ terminal }: CommandContext, { open, notes }: Ports): void {
  for (const note of notes) terminal.note(`warning: ${note}`);
  const lines = open.map(({ address, port, service, target }) => {
    const host = address === "127.0.0.1" || address === "::1" ? "localhost" : address;
    return `${host}:${port} leads to ${service}:${target}`;
  });
  for (const line of new Set(lines)) terminal.print(line);
}

async function findProcess(
  { disk }: CommandContext,
  path: string,
): Promise<PortProcess | undefined> {
  const bytes = await disk.findFile(path);
  return bytes === undefined ? undefined : decodePortProcess(bytes);
}

/** The flags by which another command line finds the same cluster. */
export function connectionWords(
  flags: ConnectionFlagValues,
  given: readonly string[],
  namespace: string,
): readonly string[] {
  const names = ["name", "data-dir", "kubeconfig", "context"] as const;
  const words = names.flatMap((name) => {
    const value = given.includes(name) ? flags[name] : undefined;
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  return [...words, `--namespace=${namespace}`];
}
