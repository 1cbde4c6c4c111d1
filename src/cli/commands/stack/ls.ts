import { defineCommand, refuseArgs } from "../../command.ts";
import { formatFlag } from "../../stack/format-flag.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackListCommand = defineCommand({
  usage: "stack ls",
  aliases: ["stack list"],
  summary: "List stacks.",
  examples: ["stack ls", "stack ls --all-namespaces"],
  flags: {
    ...connectionFlags,
    namespace: {
      type: "list",
      short: "n",
      placeholder: "NAMESPACE",
      help: "namespaces to look into (default that of the context)",
    },
    "all-namespaces": { type: "boolean", short: "A", help: "look into all namespaces" },
    ...formatFlag,
  },
  async run(args, flags, context, given) {
    refuseArgs("stack ls", args);
    const { listStacks } = await import("../../stack/list-stacks.ts");
    await listStacks(context, flags, given);
  },
});
