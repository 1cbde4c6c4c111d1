import { defineCommand } from "../../command.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackRemoveCommand = defineCommand({
  usage: "stack rm STACK...",
  aliases: ["stack remove", "stack down"],
  summary: "Remove stacks.",
  description:
    "Removes everything that was deployed and waits until it is gone, and the namespace when it was\n" +
    "made for the stack and is empty. Volumes stay unless --volumes is given.",
  examples: ["stack rm --namespace my-app mystack", "stack rm --volumes mystack"],
  flags: {
    ...connectionFlags,
    volumes: { type: "boolean", short: "v", help: "remove volumes, and what is in them" },
    detach: { type: "boolean", short: "d", help: "do not wait until everything is gone" },
    timeout: {
      type: "string",
      placeholder: "DURATION",
      default: "5m",
      help: "how long to wait until it is gone",
    },
  },
  async run(args, flags, context, given) {
    const { removeStacks } = await import("../../stack/remove-stacks.ts");
    await removeStacks(context, args, flags, given);
  },
});
