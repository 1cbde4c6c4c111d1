import { clusterFlags } from "../cluster.ts";
import { defineCommand } from "../command.ts";
import { runClient } from "../run-client.ts";

export const helmCommand = defineCommand({
  usage: "helm [ARGUMENT...]",
  summary: "Run the real Helm against a cluster.",
  description:
    "From PATH, else out of the npm package that ships it. Our own flags come before its first\n" +
    "argument; everything after is Helm's.",
  examples: ["helm install web ./chart", "helm --name two list -A"],
  flags: clusterFlags,
  reach: "leading",
  run: (args, flags, context) => runClient(context, flags, "helm", args),
});
