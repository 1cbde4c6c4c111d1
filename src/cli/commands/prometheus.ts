/** The monitoring engine alone, with the flags of the program it stands in for. */
import { absolute } from "../cluster.ts";
import { defineCommand, refuseArgs } from "../command.ts";
import { findModeProblem, prometheusFlags } from "../prometheus-flags.ts";

export const prometheusCommand = defineCommand({
  usage: "prometheus",
  summary: "Run the monitoring engine alone, as Prometheus runs.",
  description:
    "Scrapes, stores, evaluates rules, sends alerts and answers PromQL, with Prometheus' own\n" +
    "configuration file, flags, HTTP API and data directory. The pages are at the listen address.",
  examples: [
    "prometheus --config.file=prometheus.yml",
    "prometheus --agent --config.file=prometheus.yml",
    "prometheus --web.listen-address=127.0.0.1:9090 --storage.tsdb.path=/var/lib/prometheus",
  ],
  flags: prometheusFlags,
  async run(args, flags, context, given) {
    refuseArgs("prometheus", args);
    const mistake = findModeProblem(flags, given);
    if (mistake !== undefined) {
      context.terminal.note(mistake.problem);
      return mistake.exitStatus;
    }
    const storage = flags.agent ? flags["storage.agent.path"] : flags["storage.tsdb.path"];
    await context.roles.prometheus(
      {
        flags,
        configFile: absolute(context, flags["config.file"]),
        storagePath: absolute(context, storage),
        webConfigFile:
          flags["web.config.file"] === "" ? "" : absolute(context, flags["web.config.file"]),
      },
      context.signal,
    );
    return 0;
  },
});
