/** The tool for everything around the monitoring engine, with the command line of its upstream. */
import { defineCommand } from "../command.ts";

export const promtoolCommand = defineCommand({
  usage: "promtool [COMMAND] [ARGUMENT...]",
  summary: "Check, test, query and convert what Prometheus uses.",
  description:
    "check config|rules|metrics|web-config|healthy|ready|service-discovery, test rules,\n" +
    "query instant|range|series|labels|analyze, push metrics, debug metrics,\n" +
    "tsdb list|analyze|dump|dump-openmetrics|create-blocks-from, promql format|label-matchers:\n" +
    'with promtool\'s own flags, output and exit status. "wherry promtool --help" lists them all.',
  examples: ["promtool check config prometheus.yml", "promtool test rules tests.yml"],
  flags: {},
  reach: "nowhere",
  run: (args, _flags, context) => context.roles.promtool(args, context.signal),
});
