import { clusterFlags, placeOf, within } from "../cluster.ts";
import { defineCommand, refuseArgs } from "../command.ts";

export const kubeconfigCommand = defineCommand({
  usage: "kubeconfig",
  summary: "Print a kubeconfig that holds this cluster only.",
  examples: ["kubeconfig > two.yaml", "kubeconfig --name two"],
  flags: clusterFlags,
  async run(args, flags, context) {
    refuseArgs("kubeconfig", args);
    const { formatKubeconfig, readAccess } = await import("../kubeconfig.ts");
    const place = placeOf(context, flags);
    const access = await readAccess(context.disk, within.kubeconfig(place.directory));
    const text = formatKubeconfig(place.contextName, access);
    await context.terminal.write(new TextEncoder().encode(text));
  },
});
