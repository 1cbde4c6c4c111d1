/** The whole command line of the tool. Only declarations: a command's own code loads when it runs. */
import { checkFamily } from "./check/commands.ts";
import { defineFamily } from "./command-line/command.ts";
import { debugFamily } from "./debug/commands.ts";
import { promqlFamily } from "./promql/commands.ts";
import { pushFamily } from "./push/commands.ts";
import { queryFamily } from "./query/commands.ts";
import { testFamily } from "./test/commands.ts";
import { tsdbFamily } from "./tsdb/commands.ts";

export const program = defineFamily(
  {
    name: "promtool",
    help: "Tooling for the Prometheus monitoring system.",
    flags: {
      experimental: { kind: "switch", help: "Enable experimental commands." },
      "enable-feature": {
        kind: "texts",
        default: "",
        help: "Comma separated feature names to enable. Valid options: promql-experimental-functions, promql-delayed-name-removal, promql-extended-range-selectors. See https://prometheus.io/docs/prometheus/latest/feature_flags/ for more details",
      },
    },
  },
  [checkFamily, queryFamily, debugFamily, pushFamily, testFamily, tsdbFamily, promqlFamily],
);
