import { defineCommand } from "../../command.ts";
import { formatFlag } from "../../stack/format-flag.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackHistoryCommand = defineCommand({
  usage: "stack history STACK",
  summary: "List what was deployed as a stack, the last ten times.",
  examples: ["stack history mystack"],
  flags: { ...connectionFlags, ...formatFlag },
  async run(args, flags, context, given) {
    const { listHistory } = await import("../../stack/list-history.ts");
    await listHistory(context, args, flags, given);
  },
});
