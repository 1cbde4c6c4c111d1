import { defineCommand } from "../../command.ts";
import { buildFlags } from "../../stack/build-flags.ts";
import { composeFlags, connectionFlags, conversionFlags } from "../../stack/stack-flags.ts";

export const stackWatchCommand = defineCommand({
  usage: "stack watch [STACK]",
  summary: "Bring changes of files to a running stack, as develop.watch says.",
  description:
    "Runs until Ctrl-C beside a deployed stack. `sync` takes files into running containers with the\n" +
    "tar that they have; `sync+restart` replaces pods by such with the changed files over those of the\n" +
    "image; `rebuild` builds and deploys. What .dockerignore leaves out is left out.",
  examples: ["stack watch -c compose.yaml mystack"],
  flags: { ...connectionFlags, ...composeFlags, ...conversionFlags, ...buildFlags },
  async run(args, flags, context, given) {
    const { watchStack } = await import("../../stack/watch-stack.ts");
    await watchStack(context, args, flags, given);
  },
});
