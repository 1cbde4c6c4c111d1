/** From the flags of a command line to a loaded application, and on to what it becomes. */
import {
  type ComposeProject,
  findComposeFiles,
  formatRemark,
  loadProject,
  type LoadRequest,
} from "#compose";
import {
  formatLoss,
  gatherStackFiles,
  planStack,
  stackDefaults,
  type StackOptions,
  type StackPlan,
} from "#stack";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import type { ComposeFlagValues, ConversionFlagValues } from "./stack-flags.ts";

/** Loads the files that the flags name, or else those found here or in a directory above. */
export async function loadStackProject(
  context: CommandContext,
  flags: ComposeFlagValues,
  facts: Pick<LoadRequest, "name" | "variables">,
): Promise<ComposeProject> {
  const { disk, surroundings, terminal } = context;
  const { workingDirectory } = surroundings;
  const environment = new Map(
    Object.entries(surroundings.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
  const named = [...flags["compose-file"], ...flags.file];
  const files =
    named.length > 0 ? named : await findComposeFiles(disk, workingDirectory, environment);
  const envFiles = flags["env-file"];
  const project = await loadProject(disk, {
    workingDirectory,
    files,
    input: files.includes("-") ? new TextDecoder().decode(await context.terminal.readInput()) : "",
    projectDirectory: flags["project-directory"],
    environment,
    envFiles: envFiles.length > 0 ? envFiles : undefined,
    profiles: flags.profile,
    mode: modeOf(flags),
    ...facts,
  });
  for (const warning of project.warnings) terminal.note(`warning: ${formatRemark(warning)}`);
  return project;
}

/** Decides what the application becomes, and tells what is lost on the way. */
export async function planProject(
  context: CommandContext,
  project: ComposeProject,
  flags: ComposeFlagValues & ConversionFlagValues,
  options: Pick<StackOptions, "stack" | "namespace"> &
    Partial<Pick<StackOptions, "images" | "registryAccounts">>,
): Promise<StackPlan> {
  const files = await gatherStackFiles(context.disk, project);
  const plan = planStack(project, files, {
    ...stackDefaults,
    mode: modeOf(flags),
    publish: flags.publish,
    hostPaths: flags["allow-host-path"] ? "allowed" : "refused",
    isolation: flags.isolation,
    volumeSize: flags["volume-size"],
    ...options,
  });
  for (const loss of plan.losses) context.terminal.note(`warning: ${formatLoss(loss)}`);
  return plan;
}

function modeOf({ strict, loose }: ComposeFlagValues): StackOptions["mode"] {
  if (strict && loose) throw new UsageError("--strict and --loose exclude each other");
  if (strict) return "strict";
  return loose ? "loose" : "default";
}

/** The one STACK of a command line, or the name of the application when there is none. */
export function stackNameOf(args: readonly string[], command: string): string | undefined {
  const [name, ...rest] = args;
  if (rest.length > 0) throw new UsageError(`${command} takes one STACK, not ${args.join(" ")}`);
  return name;
}

/** The one STACK of a command line. */
export function getStackName(args: readonly string[], command: string): string {
  const name = stackNameOf(args, command);
  if (name === undefined) throw new UsageError(`${command} needs a STACK`);
  return name;
}
