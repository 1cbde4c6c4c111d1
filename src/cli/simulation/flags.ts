import type { Flags, FlagValues } from "../flags.ts";
import { nodeGroupFlag } from "../node-group-flag.ts";
import { connectionFlags } from "../stack/stack-flags.ts";

export const simulationFlags = {
  ...connectionFlags,
  namespace: {
    type: "string",
    short: "n",
    placeholder: "NAMESPACE",
    help: "of the autoscaler (default that of the context)",
  },
  filename: {
    type: "list",
    short: "f",
    placeholder: "FILE",
    help: "manifests with an autoscaler, and its workload; each FILE is a run of its own",
  },
  load: { type: "string", placeholder: "FILE", help: "the load, as YAML or CSV" },
  replay: {
    type: "string",
    placeholder: "DURATION",
    help: "the load that the monitoring engine has recorded: 24h",
  },
  monitor: {
    type: "string",
    placeholder: "URL",
    help: "who has recorded it (default the cluster's own)",
  },
  compare: { type: "boolean", help: "run the cluster's autoscaler beside those of the files" },
  request: {
    type: "list",
    placeholder: "NAME=AMOUNT",
    help: "what a pod requests, where no workload is given: cpu=500m",
  },
  capacity: { type: "string", placeholder: "CPU", help: "the most that a pod can use" },
  startup: { type: "string", placeholder: "DURATION", help: "until a new pod is ready" },
  slo: { type: "string", placeholder: "SHARE", help: "the highest utilization that is good: 80%" },
  nodes: {
    type: "integer",
    placeholder: "COUNT",
    min: 1,
    max: 5_000,
    help: "nodes to run on (default those of the cluster, or room for everything)",
  },
  "node-group": nodeGroupFlag,
  "node-cpu": { type: "string", placeholder: "CPU", default: "4", help: "of each of --nodes" },
  "node-memory": {
    type: "string",
    placeholder: "BYTES",
    default: "16Gi",
    help: "of each of --nodes",
  },
  seed: {
    type: "integer",
    placeholder: "NUMBER",
    min: 0,
    max: 4_294_967_295,
    default: 1,
    help: "of all chance: equal seeds, equal runs",
  },
  html: { type: "string", placeholder: "FILE", help: "write the plots as a page there" },
  output: {
    type: "string",
    short: "o",
    placeholder: "FORMAT",
    choices: ["text", "json"],
    default: "text",
    help: "of the answer",
  },
} as const satisfies Flags;

export type SimulationFlagValues = FlagValues<typeof simulationFlags>;
