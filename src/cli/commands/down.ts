import { clusterFlags, placeOf } from "../cluster.ts";
import { defineCommand, refuseArgs } from "../command.ts";

export const downCommand = defineCommand({
  usage: "down",
  summary: "Stop a cluster; with --purge, remove it and all that it left.",
  examples: ["down", "down --purge", "down --name two"],
  flags: {
    ...clusterFlags,
    purge: { type: "boolean", help: "also remove its state, containers, networks and context" },
  },
  async run(args, flags, context) {
    refuseArgs("down", args);
    const { purge, takeDown } = await import("../take-down.ts");
    const place = placeOf(context, flags);
    const wasUp = await takeDown(context, place, flags.purge ? "remove" : "keep");
    if (flags.purge) await purge(context, place);
    const what = flags.purge ? "is removed" : wasUp ? "is stopped" : "was not running";
    context.terminal.print(`cluster "${place.name}" ${what}`);
  },
});
