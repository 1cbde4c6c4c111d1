import { createPodStreams } from "#client";
import {
  findDeployed,
  type Forward,
  localhost,
  objectNameOf,
  openForwards,
  parseForward,
  planForwards,
} from "#stack";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { type OpenCluster, openCluster } from "./open-cluster.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";
import { getServicePods, listStackPods, watchStackPods } from "./stack-pods.ts";

export interface ForwardFlagValues extends ConnectionFlagValues {
  readonly address: readonly string[];
}

/** Listens until the person ends it. Gives 1 when there was nothing to listen on. */
export async function forwardStack(
  context: CommandContext,
  [stack, service, ...ports]: readonly string[],
  flags: ForwardFlagValues,
  given: readonly string[],
): Promise<number> {
  if (stack === undefined) throw new UsageError("stack port-forward takes a STACK");
  const { terminal, sockets, signal } = context;
  const cluster = await openCluster(context, flags, given);
  const forwards =
    service === undefined
      ? await publishedForwards(context, cluster, stack)
      : await namedForwards(cluster, { stack, service, ports, addresses: flags.address }, signal);
  await using watched = await watchStackPods(context, cluster, stack);
  const deps = {
    sockets,
    streams: createPodStreams(cluster.transport),
    pods: watched.pods.cache,
    note: terminal.note,
  };
  await using listening = await openForwards(deps, forwards, signal);
  for (const { address, port, forward } of listening.open) {
    const place = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    terminal.print(`Forwarding from ${place} -> ${forward.service}:${forward.target}`);
  }
  if (listening.open.length === 0) return 1;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  return 0;
}

/** Every published port of what was deployed. Throws when there is none. */
export async function publishedForwards(
  context: CommandContext,
  cluster: OpenCluster,
  stack: string,
): Promise<readonly Forward[]> {
  const { packing, clock, signal, terminal } = context;
  const history = { objects: cluster.objects, packing, clock };
  const deployed = await findDeployed(history, { stack, namespace: cluster.namespace }, signal);
  if (deployed === undefined) {
    await listStackPods(cluster, stack, signal);
    throw new UsageError(`what stack ${stack} publishes is not known: name a SERVICE and ports`);
  }
  const services = deployed.services.map(({ objectName, published }) => ({
    name: objectName,
    published,
  }));
  const { forwards, refusals } = planForwards(services);
  for (const refusal of refusals) terminal.note(`warning: ${refusal}`);
  if (forwards.length === 0) throw new Error(`stack ${stack} publishes no ports`);
  return forwards;
}

interface NamedPorts {
  readonly stack: string;
  readonly service: string;
  readonly ports: readonly string[];
  readonly addresses: readonly string[];
}

async function namedForwards(
  cluster: OpenCluster,
  { stack, service, ports, addresses: asked }: NamedPorts,
  signal: AbortSignal,
): Promise<readonly Forward[]> {
  if (ports.length === 0) throw new UsageError("which ports? [LOCAL:]PORT, for example 8080:80");
  getServicePods(await listStackPods(cluster, stack, signal), service);
  const addresses = asked.flatMap((address) => (address === "localhost" ? localhost : [address]));
  return ports.map((text) => {
    const forward = parseForward(objectNameOf(service), text, addresses);
    if (forward === undefined) throw new UsageError(`"${text}" is not [[ADDRESS:]LOCAL:]PORT`);
    return forward;
  });
}
