import { defineCommand } from "../command.ts";
import { simulationFlags } from "../simulation/flags.ts";
import { UsageError } from "../usage-error.ts";

export const simulateHpaCommand = defineCommand({
  usage: "simulate hpa [NAME]",
  summary: "Show how an autoscaler would treat a load: a day of it in a second or two.",
  description:
    "The cluster's own code on a clock of its own: nothing is touched. NAME is an autoscaler of the cluster; with --filename no cluster is needed.",
  examples: [
    "simulate hpa web --replay 24h",
    "simulate hpa -f web.yaml --load day.yaml --html day.html",
    "simulate hpa -f now.yaml -f careful.yaml --load day.csv",
    "simulate hpa web --compare -f careful.yaml --replay 7h -o json",
  ],
  flags: simulationFlags,
  async run(args, flags, context, given) {
    const [name, ...rest] = args;
    if (rest.length > 0) throw new UsageError("simulate hpa takes one autoscaler at most");
    const { runSimulation } = await import("../simulation/run-simulation.ts");
    await runSimulation({ context, flags, given, name });
  },
});
