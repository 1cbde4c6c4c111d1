import { formatCommandReference } from "./command-line/reference.ts";
import { program } from "./program.ts";

export { type PromtoolDeps, runPromtool } from "./run.ts";
export { openServerApi } from "./http/server-api.ts";
export type { Console, ToolDisk } from "./surroundings.ts";

/** The whole command line as a Markdown page. */
export function formatPromtoolReference(): string {
  return formatCommandReference(program);
}
