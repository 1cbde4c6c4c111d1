import { clusterFlags } from "../cluster.ts";
import type { Flags, FlagValues } from "../flags.ts";
import { outputFlag } from "../output-flag.ts";
import { connectionFlags } from "../stack/stack-flags.ts";

/** Whose on-call is asked. */
export const oncallFlags = {
  ...clusterFlags,
  context: connectionFlags.context,
  server: {
    type: "string",
    placeholder: "URL",
    help: "a `wherry alertmanager --oncall.config-file` to ask (default the cluster of the kubeconfig)",
  },
  ...outputFlag,
} as const satisfies Flags;

export type OncallFlagValues = FlagValues<typeof oncallFlags>;

/** Who does it, for the log. */
export const actorFlag = {
  by: {
    type: "string",
    placeholder: "NAME",
    help: "who does it (default who you are there, or here)",
  },
} as const;
