/** `wherry stack deploy`: from the files to the cluster. */
import type { JsonObject } from "#api";
import { type ComposeProject, placeAt } from "#compose";
import type { CommandContext } from "../command.ts";
import { buildImages } from "./build-images.ts";
import { type BuildFlagValues, buildPlaceOf } from "./build-stack.ts";
import type { DeliveryFlagValues } from "./delivery-flags.ts";
import { deliverStack } from "./deliver-stack.ts";
import { loadStackProject, planProject, stackNameOf } from "./load-stack.ts";
import { connectionWords, openLocalPorts } from "./local-ports.ts";
import { findRegistryAccounts } from "./registry-accounts.ts";
import { openCluster } from "./open-cluster.ts";
import type {
  ComposeFlagValues,
  ConnectionFlagValues,
  ConversionFlagValues,
} from "./stack-flags.ts";

type DeployFlagValues = ConnectionFlagValues &
  ComposeFlagValues &
  ConversionFlagValues &
  DeliveryFlagValues &
  BuildFlagValues & {
    readonly localhost: boolean;
    readonly build: boolean;
    readonly "with-registry-auth": boolean;
  };

export async function runDeploy(
  context: CommandContext,
  args: readonly string[],
  flags: DeployFlagValues,
  given: readonly string[],
): Promise<number> {
  const name = stackNameOf(args, "stack deploy");
  const project = await loadStackProject(context, flags, { name, variables: "replaced" });
  const cluster = await openCluster(context, flags, given);
  const { namespace } = cluster;
  const images = flags.build
    ? await builtImages(context, project, flags, given)
    : new Map<string, string>();
  const registryAccounts = flags["with-registry-auth"]
    ? await findRegistryAccounts(context, project, images)
    : new Map<string, JsonObject>();
  const options = { stack: project.name, namespace, images, registryAccounts };
  const stack = await planProject(context, project, flags, options);
  const findPlace = (path: Parameters<typeof placeAt>[1]) => placeAt(project.tree, path);
  const delivery = { cluster, stack, findPlace, description: "deploy" };
  const status = await deliverStack(context, delivery, flags);
  if (status !== 0 || flags["dry-run"] || !flags.localhost) return status;
  const local = { cluster, stack: stack.stack };
  const connection = connectionWords(flags, given, namespace);
  await openLocalPorts(context, local, stack.services, [
    "stack",
    "keep-ports",
    ...connection,
    stack.stack,
  ]);
  return status;
}

/** Each under a tag of its own, so that exactly those pods are replaced whose image has changed. */
async function builtImages(
  context: CommandContext,
  project: ComposeProject,
  flags: DeployFlagValues,
  given: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const place = await buildPlaceOf(context, flags, given);
  return buildImages(context, project, [], { ...place, tags: "of the image" });
}
