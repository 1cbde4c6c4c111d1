import { defineCommand } from "../../command.ts";
import { buildFlags } from "../../stack/build-flags.ts";
import { composeFlags, connectionFlags } from "../../stack/stack-flags.ts";

export const stackBuildCommand = defineCommand({
  usage: "stack build [SERVICE...]",
  summary: "Build the images of a Compose file.",
  description:
    "With docker, podman, buildah or nerdctl, whichever this machine has. Images are loaded into the\n" +
    "nodes of our cluster, or pushed to --registry. `stack deploy --build` does both at once.",
  examples: [
    "stack build -c compose.yaml",
    "stack build -c compose.yaml --registry ghcr.io/me web",
  ],
  flags: { ...connectionFlags, ...composeFlags, ...buildFlags },
  async run(args, flags, context, given) {
    const { buildStack } = await import("../../stack/build-stack.ts");
    await buildStack(context, args, flags, given);
  },
});
