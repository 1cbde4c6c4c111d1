/** The cluster that a command about stacks speaks with: one of ours, or any other. */
import type { HttpTransport } from "#base";
import { createObjectClient, type ObjectClient } from "#client";
import { openEndpoint } from "../api-endpoint.ts";
import { absolute, placeOf, within } from "../cluster.ts";
import type { ApiEndpoint, CommandContext } from "../command.ts";
import { endpointOf, readAccess } from "../kubeconfig.ts";
import { chooseContext, type KubeconfigFile } from "../kubeconfig-context.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";

export interface OpenCluster {
  /** How messages call it. */
  readonly name: string;
  readonly transport: HttpTransport;
  readonly objects: ObjectClient;
  /** The one that the command line names, or that of the context. */
  readonly namespace: string;
}

/**
 * The context that the flags name, the cluster of ours that they name, the current context, or our
 * own default cluster, whichever comes first.
 */
export async function openCluster(
  context: CommandContext,
  flags: ConnectionFlagValues,
  given: readonly string[],
): Promise<OpenCluster> {
  const found = (await findEndpoint(context, flags, given)) ?? (await ownEndpoint(context, flags));
  return openFound(context, flags, found);
}

/** The same; undefined when nothing names a cluster and there is none of our own. */
export async function findCluster(
  context: CommandContext,
  flags: ConnectionFlagValues,
  given: readonly string[],
): Promise<OpenCluster | undefined> {
  const named = await findEndpoint(context, flags, given);
  if (named !== undefined) return openFound(context, flags, named);
  const own = within.kubeconfig(placeOf(context, flags).directory);
  if ((await context.disk.findFile(own)) === undefined) return undefined;
  return openFound(context, flags, await ownEndpoint(context, flags));
}

async function openFound(
  context: CommandContext,
  flags: ConnectionFlagValues,
  found: FoundEndpoint,
): Promise<OpenCluster> {
  const transport = await context.connect(found.endpoint);
  return {
    name: found.name,
    transport,
    objects: createObjectClient(transport),
    namespace: flags.namespace ?? found.namespace ?? "default",
  };
}

interface FoundEndpoint {
  readonly name: string;
  readonly endpoint: ApiEndpoint;
  readonly namespace: string | undefined;
}

/** Undefined when neither the line nor a kubeconfig names one. */
async function findEndpoint(
  context: CommandContext,
  flags: ConnectionFlagValues,
  given: readonly string[],
): Promise<FoundEndpoint | undefined> {
  const isOurs = given.includes("name") || given.includes("data-dir");
  if (flags.context === undefined && isOurs) return ownEndpoint(context, flags);
  const chosen = chooseContext(await readKubeconfigs(context, flags), flags.context);
  if (chosen === undefined) return undefined;
  const endpoint = await openEndpoint(context, chosen);
  return { name: chosen.name, endpoint, namespace: chosen.namespace };
}

async function ownEndpoint(
  context: CommandContext,
  flags: ConnectionFlagValues,
): Promise<FoundEndpoint> {
  const { directory, contextName } = placeOf(context, flags);
  const access = await readAccess(context.disk, within.kubeconfig(directory));
  return { name: contextName, endpoint: endpointOf(access), namespace: undefined };
}

/** The files that kubectl would read, those of them that exist. */
async function readKubeconfigs(
  context: CommandContext,
  flags: ConnectionFlagValues,
): Promise<readonly KubeconfigFile[]> {
  const { disk, surroundings } = context;
  const listed = (surroundings.env["KUBECONFIG"] ?? "").split(":").filter((path) => path !== "");
  const usual = listed.length > 0 ? listed : [`${surroundings.homeDirectory}/.kube/config`];
  const paths = flags.kubeconfig === undefined ? usual : [flags.kubeconfig];
  const read = paths.map(async (given): Promise<readonly KubeconfigFile[]> => {
    const path = absolute(context, given);
    const bytes = await disk.findFile(path);
    if (bytes !== undefined) return [{ path, text: new TextDecoder().decode(bytes) }];
    if (flags.kubeconfig === undefined) return [];
    throw new Error(`no such file: ${path}`);
  });
  return (await Promise.all(read)).flat();
}
