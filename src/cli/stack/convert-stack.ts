import { formatManifests, helmFiles, kustomizeFiles, type OutputFile } from "#stack";
import { absolute } from "../cluster.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { loadStackProject, planProject, stackNameOf } from "./load-stack.ts";
import type { ComposeFlagValues, ConversionFlagValues } from "./stack-flags.ts";

interface ConvertFlagValues extends ComposeFlagValues, ConversionFlagValues {
  readonly namespace: string;
  readonly kustomize: string | undefined;
  readonly helm: string | undefined;
}

/** Prints the objects, or writes them into a directory as a Kustomize base or a Helm chart. */
export async function convertStack(
  context: CommandContext,
  args: readonly string[],
  flags: ConvertFlagValues,
): Promise<void> {
  const { kustomize, helm, namespace } = flags;
  if (kustomize !== undefined && helm !== undefined) {
    throw new UsageError("--kustomize and --helm exclude each other");
  }
  const name = stackNameOf(args, "stack convert");
  const project = await loadStackProject(context, flags, { name, variables: "replaced" });
  const plan = await planProject(context, project, flags, { stack: project.name, namespace });
  if (kustomize !== undefined) return writeFiles(context, kustomize, kustomizeFiles(plan));
  if (helm !== undefined) return writeFiles(context, helm, helmFiles(plan));
  await context.terminal.write(new TextEncoder().encode(formatManifests(plan)));
}

/** Manifests are for other programs and people to read, unlike what we keep for ourselves. */
const modes = { file: 0o644, directory: 0o755 };

async function writeFiles(
  context: CommandContext,
  directory: string,
  files: readonly OutputFile[],
): Promise<void> {
  const root = absolute(context, directory);
  for (const { path, text } of files) {
    const target = `${root}/${path}`;
    const parent = target.slice(0, target.lastIndexOf("/"));
    await context.disk.makeDirectory(parent, { mode: modes.directory });
    await context.disk.replaceFile(target, text, { mode: modes.file });
  }
  context.terminal.note(`wrote ${files.length} files to ${directory}`);
}
