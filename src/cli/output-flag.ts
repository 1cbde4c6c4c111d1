/** `--output text|json`, the same on every command that has something to parse. */
export const outputFlag = {
  output: {
    type: "string",
    placeholder: "FORMAT",
    choices: ["text", "json"],
    default: "text",
    help: "of the answer",
  },
} as const;
