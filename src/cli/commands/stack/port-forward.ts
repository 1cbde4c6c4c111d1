import { defineCommand } from "../../command.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackPortForwardCommand = defineCommand({
  usage: "stack port-forward STACK [SERVICE [LOCAL:]PORT...]",
  summary: "Bring ports of a stack to this machine.",
  description:
    "Without SERVICE: every port that the stack publishes, where the Compose file publishes it, on\n" +
    "this machine only. Each connection goes to the next ready pod, through the API server, so that\n" +
    "it works with any cluster. Ends with Ctrl-C.",
  examples: ["stack port-forward mystack", "stack port-forward mystack db 15432:5432"],
  flags: {
    ...connectionFlags,
    address: {
      type: "list",
      placeholder: "ADDRESS",
      default: "localhost",
      help: "where to listen for the ports of SERVICE",
    },
  },
  async run(args, flags, context, given) {
    const { forwardStack } = await import("../../stack/forward-stack.ts");
    return forwardStack(context, args, flags, given);
  },
});
