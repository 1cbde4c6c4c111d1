import type { Flags } from "./flags.ts";

/** How programs that stand in for upstream's log: the same words for each of them. */
export const logFlags = {
  "log.level": {
    type: "string",
    placeholder: "LEVEL",
    choices: ["debug", "info", "warn", "error"],
    default: "info",
    help: "debug, info, warn or error",
  },
  "log.format": {
    type: "string",
    placeholder: "FORMAT",
    choices: ["logfmt", "json"],
    default: "logfmt",
    help: "logfmt or json",
  },
} as const satisfies Flags;
