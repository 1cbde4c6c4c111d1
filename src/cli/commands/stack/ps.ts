import { defineCommand } from "../../command.ts";
import { formatFlag } from "../../stack/format-flag.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackPsCommand = defineCommand({
  usage: "stack ps STACK",
  summary: "List the tasks of a stack: its pods.",
  examples: ["stack ps mystack", "stack ps --filter service=web --no-trunc mystack"],
  flags: {
    ...connectionFlags,
    filter: {
      type: "list",
      short: "f",
      placeholder: "NAME=VALUE",
      help: "only those whose name, service or node is that",
    },
    "no-trunc": { type: "boolean", help: "do not shorten IDs and errors" },
    "no-resolve": { type: "boolean", help: "taken for the sake of Docker's command line" },
    quiet: { type: "boolean", short: "q", help: "print IDs only" },
    ...formatFlag,
  },
  async run(args, flags, context, given) {
    const { listStackTasks } = await import("../../stack/list-tasks.ts");
    await listStackTasks(context, args, flags, given);
  },
});
