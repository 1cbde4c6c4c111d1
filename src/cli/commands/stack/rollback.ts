import { defineCommand } from "../../command.ts";
import { deliveryFlags } from "../../stack/delivery-flags.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackRollbackCommand = defineCommand({
  usage: "stack rollback STACK [REVISION]",
  summary: "Deploy again what was deployed before.",
  description:
    "REVISION is a number that `stack history` shows; without it, the one before what is deployed.\n" +
    "Needs no files: the cluster has kept it.",
  examples: ["stack rollback mystack", "stack rollback mystack 3 --dry-run"],
  flags: { ...connectionFlags, ...deliveryFlags },
  async run(args, flags, context, given) {
    const { rollBackStack } = await import("../../stack/roll-back-stack.ts");
    return rollBackStack(context, args, flags, given);
  },
});
