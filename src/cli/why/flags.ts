import type { Flags, FlagValues } from "../flags.ts";
import { connectionFlags } from "../stack/stack-flags.ts";

export const whyFlags = {
  ...connectionFlags,
  namespace: {
    type: "string",
    short: "n",
    placeholder: "NAMESPACE",
    help: "namespace of the object (default that of the context)",
  },
  monitor: {
    type: "string",
    placeholder: "URL",
    help: "monitoring engine to ask (default the cluster's own)",
  },
  output: {
    type: "string",
    short: "o",
    placeholder: "FORMAT",
    choices: ["text", "json", "yaml"],
    default: "text",
    help: "of the answer",
  },
} as const satisfies Flags;

export type WhyFlagValues = FlagValues<typeof whyFlags>;
