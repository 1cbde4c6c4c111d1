import { defineCommand } from "../../command.ts";
import { formatFlag } from "../../stack/format-flag.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackServicesCommand = defineCommand({
  usage: "stack services STACK",
  summary: "List the services of a stack.",
  examples: ["stack services mystack", "stack services --filter mode=global mystack"],
  flags: {
    ...connectionFlags,
    filter: {
      type: "list",
      short: "f",
      placeholder: "NAME=VALUE",
      help: "only those whose name, mode or label is that",
    },
    quiet: { type: "boolean", short: "q", help: "print IDs only" },
    ...formatFlag,
  },
  async run(args, flags, context, given) {
    const { listStackServices } = await import("../../stack/list-services.ts");
    await listStackServices(context, args, flags, given);
  },
});
