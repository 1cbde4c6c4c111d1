import { defineCommand } from "../../command.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackKeepPortsCommand = defineCommand({
  usage: "stack keep-ports STACK",
  summary: "Forward what a stack publishes until it is gone.",
  examples: [],
  isHidden: true,
  flags: connectionFlags,
  async run(args, flags, context, given) {
    const { keepPorts } = await import("../../stack/keep-ports.ts");
    await keepPorts(context, args, flags, given);
  },
});
