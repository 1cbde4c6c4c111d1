import { defineCommand, refuseArgs } from "../command.ts";
import { outputFlag } from "../output-flag.ts";

/** The Kubernetes API that the server speaks. */
const kubernetesVersion = "v1.36";

export const versionCommand = defineCommand({
  usage: "version",
  summary: "Print the versions of wherry and of the API it serves.",
  examples: ["version", "version --output json"],
  flags: outputFlag,
  async run(args, flags, context) {
    refuseArgs("version", args);
    const { version, platform } = context.surroundings;
    context.terminal.print(
      flags.output === "json"
        ? JSON.stringify({ wherry: version, kubernetes: kubernetesVersion, platform })
        : `wherry ${version} (Kubernetes ${kubernetesVersion}, ${platform})`,
    );
  },
});
