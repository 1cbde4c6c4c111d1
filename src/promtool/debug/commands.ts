import { defineCommand, defineFamily } from "../command-line/command.ts";

function serverArg(help: string) {
  return { server: { kind: "text", isRequired: true, help } } as const;
}

const pprofCommand = defineCommand({
  name: "pprof",
  help: "Fetch profiling debug information.",
  args: serverArg("Prometheus server to get pprof files from."),
  run: () => refuseProfiles(),
});

const metricsCommand = defineCommand({
  name: "metrics",
  help: "Fetch metrics debug information.",
  args: serverArg("Prometheus server to get metrics from."),
  async run(values, surroundings) {
    const { archiveMetrics } = await import("./archive-metrics.ts");
    return archiveMetrics(values.server, surroundings);
  },
});

const allCommand = defineCommand({
  name: "all",
  help: "Fetch all debug information.",
  args: serverArg("Prometheus server to get all debug information from."),
  run: () => refuseProfiles(),
});

/** `promtool debug …`. */
export const debugFamily = defineFamily({ name: "debug", help: "Fetch debug information." }, [
  pprofCommand,
  metricsCommand,
  allCommand,
]);

/** The engine is no Go program: it has no such profiles, and reading those of others is not built. */
function refuseProfiles(): Promise<number> {
  return Promise.reject(
    new Error(
      'error completing debug command: profiles (pprof) are not supported; "debug metrics" fetches the metrics',
    ),
  );
}
