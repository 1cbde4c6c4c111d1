import { outputFlag } from "../output-flag.ts";

/** Where the on-call server is. */
export const oncallFlags = {
  server: {
    type: "string",
    placeholder: "URL",
    default: "http://127.0.0.1:9093",
    help: "where `wherry alertmanager --oncall.config-file` serves",
  },
  ...outputFlag,
} as const;

/** Who does it, for the log. */
export const actorFlag = {
  by: { type: "string", placeholder: "NAME", help: "who does it (default: who you are here)" },
} as const;
