import { defineCommand, refuseArgs } from "../../command.ts";
import { composeFlags } from "../../stack/stack-flags.ts";

export const stackConfigCommand = defineCommand({
  usage: "stack config",
  summary: "Print the Compose files as one, in canonical form.",
  description: "Variables replaced, files merged, short syntaxes written out. Needs no cluster.",
  examples: ["stack config -c docker-compose.yml", "stack config --format json"],
  flags: {
    ...composeFlags,
    format: {
      type: "string",
      placeholder: "FORMAT",
      choices: ["yaml", "json"],
      default: "yaml",
      help: "of what is printed",
    },
    "skip-interpolation": { type: "boolean", help: "leave variables as they are" },
    "no-interpolate": { type: "boolean", help: "the same as --skip-interpolation" },
  },
  async run(args, flags, context) {
    refuseArgs("stack config", args);
    const { printConfig } = await import("../../stack/print-config.ts");
    const isKept = flags["skip-interpolation"] || flags["no-interpolate"];
    await printConfig(context, flags, isKept ? "kept" : "replaced");
  },
});
