/** The flags of the alerting part: those of Alertmanager 0.34 that it heeds, by the same names. */
import type { alertmanagerClusterFlags } from "./alertmanager-cluster-flags.ts";
import type { Flags, FlagValues } from "./flags.ts";
import { logFlags } from "./log-flags.ts";

export const alertmanagerFlags = {
  "config.file": {
    type: "string",
    placeholder: "FILE",
    default: "alertmanager.yml",
    help: "routes, receivers, inhibition and times; without one everything goes to the people on call, if there are any",
  },
  "oncall.config-file": {
    type: "string",
    placeholder: "FILE",
    default: "",
    help: "who is on call and how to reach them; without it nobody is",
  },
  "storage.path": {
    type: "string",
    placeholder: "DIR",
    default: "data/",
    help: "where silences, alerts and what was told are kept",
  },
  "data.retention": {
    type: "string",
    placeholder: "DURATION",
    default: "120h",
    help: "how long silences are kept after their end",
  },
  "data.maintenance-interval": {
    type: "string",
    placeholder: "DURATION",
    default: "15m",
    help: "how often the state is written anew",
  },
  "alerts.gc-interval": {
    type: "string",
    placeholder: "DURATION",
    default: "30m",
    help: "how often alerts that are over are forgotten",
  },
  "silences.max-silences": {
    type: "integer",
    placeholder: "N",
    min: 0,
    max: 2 ** 31,
    default: 0,
    help: "refuse more silences than that (0: no limit)",
  },
  "web.listen-address": {
    type: "list",
    placeholder: "ADDRESS",
    default: "0.0.0.0:9093",
    help: "where to serve; may be given several times",
  },
  "web.external-url": {
    type: "string",
    placeholder: "URL",
    default: "",
    help: "under which address others reach this server; part of what is told",
  },
  "web.route-prefix": {
    type: "string",
    placeholder: "PATH",
    default: "",
    help: "below which path everything is served; the path of the external URL unless given",
  },
  "web.config.file": {
    type: "string",
    placeholder: "FILE",
    default: "",
    help: "TLS and users, as Prometheus has them",
  },
  ...logFlags,
} as const satisfies Flags;

/** What the alerting part is told on its command line. Paths are absolute. */
export interface AlertmanagerProgramSettings {
  readonly flags: FlagValues<typeof alertmanagerFlags>;
  /** Undefined when no other instance can join. */
  readonly cluster: AlertmanagerClusterSettings | undefined;
  readonly configFile: string;
  /** Without a file the program does not start, or it hands every alert to the people on call. */
  readonly configNeed: "required" | "page without";
  /** Undefined when there is no on-call. */
  readonly oncallConfigFile: string | undefined;
  readonly storagePath: string;
  /** Empty when there is none. */
  readonly webConfigFile: string;
}

/** How several instances find each other. */
export type AlertmanagerClusterSettings = FlagValues<typeof alertmanagerClusterFlags>;
