/** Flags of all commands that speak to a server. */
export const httpConfigFlag = {
  kind: "file",
  placeholder: "<filename>",
  help: "HTTP client configuration file, see details at https://prometheus.io/docs/prometheus/latest/configuration/promtool",
} as const;

export const serverUrlFlag = {
  kind: "url",
  default: "http://localhost:9090",
  help: "The URL for the Prometheus server.",
} as const;
