import type { Flags, FlagValues } from "../flags.ts";

/** How a stack is put into a cluster, wherever it comes from. */
export const deliveryFlags = {
  yes: { type: "boolean", short: "y", help: "do not ask" },
  "dry-run": { type: "boolean", help: "show what would change, and change nothing" },
  diff: { type: "boolean", help: "show changes in full, also of what is new" },
  prune: {
    type: "boolean",
    default: true,
    help: "remove what is no longer in the stack; --prune=false keeps it",
  },
  detach: { type: "boolean", short: "d", help: "do not wait until services run" },
  timeout: {
    type: "string",
    placeholder: "DURATION",
    default: "10m",
    help: "how long to wait for services",
  },
  quiet: { type: "boolean", short: "q", help: "show neither changes nor progress" },
} as const satisfies Flags;

export type DeliveryFlagValues = FlagValues<typeof deliveryFlags>;
