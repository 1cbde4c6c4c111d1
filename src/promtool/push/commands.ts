import { defineCommand, defineFamily } from "../command-line/command.ts";
import { httpConfigFlag } from "../http/flags.ts";

const pushFlags = { "http.config.file": httpConfigFlag } as const;

const metricsCommand = defineCommand({
  name: "metrics",
  help: "Push metrics to a prometheus remote write (for testing purpose only).",
  inherited: pushFlags,
  flags: {
    label: {
      kind: "pairs",
      default: "job=promtool",
      help: "Label to attach to metrics. Can be specified multiple times.",
    },
    timeout: { kind: "duration", default: "30s", help: "The time to wait for pushing metrics." },
    header: { kind: "pairs", help: "Prometheus remote write header." },
    protobuf_message: {
      kind: "text",
      default: "prometheus.WriteRequest",
      help: "Protobuf message to use when writing (prometheus.WriteRequest or io.prometheus.write.v2.Request).",
    },
    "remote-write.path": {
      kind: "text",
      default: "/api/v1/write",
      help: "Override the default remote write API path.",
    },
  },
  args: {
    "remote-write-url": {
      kind: "url",
      isRequired: true,
      help: "Prometheus remote write url to push metrics.",
    },
    "metric-files": {
      kind: "files",
      help: "The metric files to push, default is read from standard input.",
    },
  },
  async run(values, surroundings) {
    const { pushMetrics } = await import("./metrics.ts");
    return pushMetrics(
      values["metric-files"],
      {
        server: { url: values["remote-write-url"], httpConfigFile: values["http.config.file"] },
        path: values["remote-write.path"],
        message: values.protobuf_message,
        labels: values.label,
        headers: values.header,
        timeoutMs: values.timeout,
      },
      surroundings,
    );
  },
});

/** `promtool push …`. */
export const pushFamily = defineFamily(
  { name: "push", help: "Push to a Prometheus server.", flags: pushFlags },
  [metricsCommand],
);
