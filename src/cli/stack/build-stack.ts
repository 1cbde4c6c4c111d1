import type { FlagValues } from "../flags.ts";
import { placeOf } from "../cluster.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import type { buildFlags } from "./build-flags.ts";
import { buildImages, type BuildPlace } from "./build-images.ts";
import { loadStackProject } from "./load-stack.ts";
import { openCluster } from "./open-cluster.ts";
import type { ComposeFlagValues, ConnectionFlagValues } from "./stack-flags.ts";

export type BuildFlagValues = FlagValues<typeof buildFlags>;

/** `wherry stack build`: from the files to images that the cluster can use. */
export async function buildStack(
  context: CommandContext,
  services: readonly string[],
  flags: ComposeFlagValues & ConnectionFlagValues & BuildFlagValues,
  given: readonly string[],
): Promise<void> {
  const facts = { name: undefined, variables: "replaced" } as const;
  const project = await loadStackProject(context, flags, facts);
  const place = await buildPlaceOf(context, flags, given);
  const tagged = { ...place, tags: "of the file" } as const;
  const images = await buildImages(context, project, services, tagged);
  if (images.size === 0) throw new UsageError("no service has a build");
  for (const [service, image] of images) context.terminal.print(`${service}: ${image}`);
}

/** Where built images go. Throws where nobody could have them. */
export async function buildPlaceOf(
  context: CommandContext,
  flags: ConnectionFlagValues & BuildFlagValues,
  given: readonly string[],
): Promise<Omit<BuildPlace, "tags">> {
  const { registry, builder } = flags;
  if (registry !== undefined) return { registry, builder, dataDirectory: undefined };
  const { name } = await openCluster(context, flags, given);
  const { contextName, directory } = placeOf(context, flags);
  if (name === contextName) return { registry, builder, dataDirectory: directory };
  throw new UsageError(
    `images cannot be loaded into cluster ${name}, only into one of ours that --name names; ` +
      "say with --registry where to push them",
  );
}
