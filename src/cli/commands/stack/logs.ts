import { defineCommand } from "../../command.ts";
import { connectionFlags } from "../../stack/stack-flags.ts";

export const stackLogsCommand = defineCommand({
  usage: "stack logs STACK [SERVICE...]",
  summary: "Show what the services of a stack print, all as one.",
  description:
    "What has been printed already comes in the order in which it was written. With --follow new pods\n" +
    "and restarted containers join by themselves, until Ctrl-C.",
  examples: ["stack logs mystack", "stack logs -f --tail 10 mystack web words"],
  flags: {
    ...connectionFlags,
    follow: { type: "boolean", short: "f", help: "go on as lines are printed" },
    tail: {
      type: "string",
      placeholder: "LINES",
      default: "all",
      help: "lines from the end of each container",
    },
    since: {
      type: "string",
      placeholder: "TIME",
      help: "only what is newer: 10m, or 2026-01-02T13:23:37Z",
    },
    timestamps: { type: "boolean", short: "t", help: "show when each line was printed" },
    "no-color": { type: "boolean", help: "no colours, also on a terminal" },
    "no-log-prefix": { type: "boolean", help: "do not say where lines come from" },
  },
  async run(args, flags, context, given) {
    const { showLogs } = await import("../../stack/show-logs.ts");
    await showLogs(context, args, flags, given);
  },
});
