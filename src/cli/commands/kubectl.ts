import { clusterFlags } from "../cluster.ts";
import { defineCommand } from "../command.ts";
import { runClient } from "../run-client.ts";

export const kubectlCommand = defineCommand({
  usage: "kubectl [ARGUMENT...]",
  summary: "Run the real kubectl against a cluster.",
  description:
    "From PATH, else out of the npm package that ships it. Our own flags come before its first\n" +
    "argument; everything after is kubectl's.",
  examples: ["kubectl get pods -A", "kubectl --name two get nodes"],
  flags: clusterFlags,
  reach: "leading",
  run: (args, flags, context) => runClient(context, flags, "kubectl", args),
});
