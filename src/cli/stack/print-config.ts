import { formatProject, type LoadRequest } from "#compose";
import type { CommandContext } from "../command.ts";
import { loadStackProject } from "./load-stack.ts";
import type { ComposeFlagValues } from "./stack-flags.ts";

export async function printConfig(
  context: CommandContext,
  flags: ComposeFlagValues & { readonly format: "yaml" | "json" },
  variables: LoadRequest["variables"],
): Promise<void> {
  const project = await loadStackProject(context, flags, { name: undefined, variables });
  const text = formatProject(project, { format: flags.format, variables });
  await context.terminal.write(new TextEncoder().encode(text));
}
