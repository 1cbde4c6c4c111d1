import type { Flags } from "../flags.ts";

export const formatFlag = {
  format: {
    type: "string",
    placeholder: "FORMAT",
    default: "table",
    help: "table, json, or a Go template, also after the word table",
  },
} as const satisfies Flags;
