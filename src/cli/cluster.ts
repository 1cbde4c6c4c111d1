/**
 * Where a cluster lives on this machine, and the two files that describe it there: `cluster.json`,
 * what was asked for when it was made, and `run/supervisor.json`, what runs of it now.
 */
import type { Disk, Processes } from "#base";
import type { CommandContext } from "./command.ts";
import type { Flags, FlagValues } from "./flags.ts";
import { UsageError } from "./usage-error.ts";

export const clusterFlags = {
  name: { type: "string", placeholder: "NAME", default: "default", help: "which cluster" },
  "data-dir": {
    type: "string",
    placeholder: "DIR",
    help: "where it keeps its state (default /var/lib/wherry/NAME as root, else ~/.wherry/NAME)",
  },
  kubeconfig: {
    type: "string",
    placeholder: "FILE",
    help: "file that gets or has its context (default $KUBECONFIG or ~/.kube/config)",
  },
} as const satisfies Flags;

export type ClusterFlagValues = FlagValues<typeof clusterFlags>;

/** Where the pages and the API of a cluster's monitoring engine are. */
export function monitorUrl({ monitorPort }: Pick<ClusterConfig, "monitorPort">): string {
  return `http://127.0.0.1:${monitorPort}`;
}

/** What links in notifications and pages begin with; without one that is known, they work here only. */
export function alertingUrl({
  alertingPort,
  externalUrl,
}: Pick<ClusterConfig, "alertingPort" | "externalUrl">): string {
  return externalUrl === "" ? `http://127.0.0.1:${alertingPort}` : externalUrl;
}

/** Where one cluster keeps what. All paths are absolute. */
export interface ClusterPlace {
  readonly name: string;
  readonly directory: string;
  /** The kubeconfig that people use; ours is a context in it. */
  readonly sharedKubeconfig: string;
  /** The name of our context, cluster and user there. */
  readonly contextName: string;
}

export type RuntimeKind = "containerd" | "simulated";

/** What a cluster is made of, chosen when it is first brought up. */
export interface ClusterConfig {
  readonly name: string;
  readonly runtime: RuntimeKind;
  /** Port of the API server on all addresses of the machine. */
  readonly port: number;
  readonly nodeNames: readonly string[];
  /** CIDR of the pods' addresses. */
  readonly podNetwork: string;
  /** CIDR of the services' addresses. */
  readonly serviceNetwork: string;
  readonly domain: string;
  /** Port of the monitoring engine on loopback. */
  readonly monitorPort: number | "none";
  /** Port of its Alertmanager on loopback. */
  readonly alertingPort: number | "none";
  /** Under which address people reach that from elsewhere; empty when nobody has said. */
  readonly externalUrl: string;
}

/** What the supervisor says about itself and the parts that it keeps running. */
export interface SupervisorState {
  readonly pid: number;
  /** See `Processes.findIdentity`. */
  readonly identity: string;
  readonly parts: readonly PartState[];
}

export interface PartState {
  /** `server`, or `agent-NODE`. */
  readonly name: string;
  /** Zero while it waits to be started. */
  readonly pid: number;
  readonly identity: string;
  readonly startedAtMs: number;
  readonly restartCount: number;
}

/** The place that the flags of a command line point to. */
export function placeOf(context: CommandContext, flags: ClusterFlagValues): ClusterPlace {
  const { env, homeDirectory, isRoot } = context.surroundings;
  if (!/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(flags.name)) {
    throw new UsageError(
      `--name must be lower-case letters, digits and dashes, at most 32, not "${flags.name}"`,
    );
  }
  const root = isRoot ? "/var/lib/wherry" : `${homeDirectory}/.wherry`;
  const directory = flags["data-dir"] ?? `${root}/${flags.name}`;
  const shared =
    flags.kubeconfig ?? firstPath(env["KUBECONFIG"]) ?? `${homeDirectory}/.kube/config`;
  return {
    name: flags.name,
    directory: absolute(context, directory),
    sharedKubeconfig: absolute(context, shared),
    contextName: `wherry-${flags.name}`,
  };
}

function firstPath(list: string | undefined): string | undefined {
  return list?.split(":").find((path) => path !== "");
}

/** A path as given on the command line, from the directory that we were started in. */
export function absolute(context: CommandContext, path: string): string {
  return path.startsWith("/") ? path : `${context.surroundings.workingDirectory}/${path}`;
}

/** Files and directories of a cluster, below its data directory. */
export const within = {
  config: (directory: string) => `${directory}/cluster.json`,
  /** What the monitoring engine scrapes: written anew at each start. */
  monitorConfig: (directory: string) => `${directory}/prometheus.yml`,
  /** What the cluster's owner adds to that. */
  monitorExtras: (directory: string) => `${directory}/prometheus.d`,
  monitorOwnRules: (directory: string) => `${directory}/rules.yml`,
  monitorRules: (directory: string) => `${directory}/rules.d`,
  /** Files with targets that ScrapeConfigs may name. */
  monitorTargets: (directory: string) => `${directory}/targets.d`,
  /** Silences, what was told, and the configuration of the cluster's Alertmanager. */
  alerting: (directory: string) => `${directory}/alerting`,
  alertingConfig: (directory: string) => `${directory}/alerting/alertmanager.yml`,
  /** Whoever holds its lock is on call here. */
  onCall: (directory: string) => `${directory}/alerting/oncall`,
  /** Where the API server asks on-call. */
  onCallSocket: (directory: string) => `${directory}/run/oncall.sock`,
  /** Rules for custom and external metrics: the owner's, where there are any. */
  metricRules: (directory: string) => `${directory}/metrics-adapter.yaml`,
  identity: (directory: string) => `${directory}/server-identity`,
  kubeconfig: (directory: string) => `${directory}/kubeconfig`,
  logs: (directory: string) => `${directory}/logs`,
  log: (directory: string, part: string) => `${directory}/logs/${part}.log`,
  nodes: (directory: string) => `${directory}/nodes`,
  node: (directory: string, name: string) => `${directory}/nodes/${name}`,
  pki: (directory: string) => `${directory}/pki`,
  run: (directory: string) => `${directory}/run`,
  samples: (directory: string) => `${directory}/tsdb`,
  store: (directory: string) => `${directory}/store`,
  supervisor: (directory: string) => `${directory}/run/supervisor.json`,
};

/** Everything that a cluster keeps in its data directory. */
export function clusterFiles(directory: string): readonly string[] {
  return Object.values(within)
    .filter((pathOf) => pathOf.length === 1)
    .map((pathOf) => pathOf(directory, ""));
}

/** The layout of `cluster.json` and of the directory around it. */
const formatVersion = 1;

/** What a cluster is made of; undefined where none was ever brought up. */
export async function findConfig(
  disk: Disk,
  directory: string,
): Promise<ClusterConfig | undefined> {
  const path = within.config(directory);
  const found = await findJson(disk, path);
  if (found === undefined) return undefined;
  const format = found["format"];
  if (typeof format === "number" && format > formatVersion) {
    throw new Error(
      `${directory} was written by a newer wherry (format ${format}, this one knows ${formatVersion}); use that version`,
    );
  }
  return decodeConfig(found, path);
}

export async function writeConfig(
  disk: Disk,
  directory: string,
  config: ClusterConfig,
): Promise<void> {
  const text = JSON.stringify({ format: formatVersion, ...config }, undefined, 2);
  await disk.replaceFile(within.config(directory), `${text}\n`);
}

/** What runs of a cluster now; undefined when nothing does. */
export async function findRunning(
  ports: { readonly disk: Disk; readonly processes: Processes },
  directory: string,
): Promise<SupervisorState | undefined> {
  const state = await findSupervisorState(ports.disk, directory);
  return state !== undefined && isRunning(ports.processes, state) ? state : undefined;
}

/** The parts that run without a supervisor, as they do once it was killed. */
export async function findOrphans(
  ports: { readonly disk: Disk; readonly processes: Processes },
  directory: string,
): Promise<readonly PartState[]> {
  const state = await findSupervisorState(ports.disk, directory);
  if (state === undefined || isRunning(ports.processes, state)) return [];
  return state.parts.filter((part) => isRunning(ports.processes, part));
}

/** Whether a process still runs; a later one with the same pid is another one. */
export function isRunning(
  processes: Processes,
  { pid, identity }: Pick<PartState, "pid" | "identity">,
): boolean {
  return pid > 0 && processes.findIdentity(pid) === identity;
}

/** What the last supervisor wrote, whether or not it still runs. */
export async function findSupervisorState(
  disk: Disk,
  directory: string,
): Promise<SupervisorState | undefined> {
  const path = within.supervisor(directory);
  const found = await findJson(disk, path);
  if (found === undefined) return undefined;
  const fields = readerOf(found, path);
  const parts = found["parts"];
  return {
    pid: fields.integer("pid"),
    identity: fields.text("identity"),
    parts: Array.isArray(parts) ? parts.map((part) => decodePart(part, path)) : [],
  };
}

function decodePart(found: unknown, path: string): PartState {
  const fields = readerOf(found, path);
  return {
    name: fields.text("name"),
    pid: fields.integer("pid"),
    identity: fields.text("identity"),
    startedAtMs: fields.integer("startedAtMs"),
    restartCount: fields.integer("restartCount"),
  };
}

function decodeConfig(found: Readonly<Record<string, unknown>>, path: string): ClusterConfig {
  const fields = readerOf(found, path);
  const nodeNames = found["nodeNames"];
  if (!Array.isArray(nodeNames)) throw damaged(path, "nodeNames");
  return {
    name: fields.text("name"),
    runtime: fields.text("runtime") === "simulated" ? "simulated" : "containerd",
    port: fields.integer("port"),
    nodeNames: nodeNames.map(String),
    podNetwork: fields.text("podNetwork"),
    serviceNetwork: fields.text("serviceNetwork"),
    domain: fields.text("domain"),
    monitorPort: typeof found["monitorPort"] === "number" ? fields.integer("monitorPort") : "none",
    alertingPort:
      typeof found["alertingPort"] === "number" ? fields.integer("alertingPort") : "none",
    externalUrl: typeof found["externalUrl"] === "string" ? fields.text("externalUrl") : "",
  };
}

async function findJson(
  disk: Disk,
  path: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const bytes = await disk.findFile(path);
  if (bytes === undefined) return undefined;
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Error(`${path} is damaged; remove it or restore it`, { cause: error });
  }
  return isRecord(found) ? found : {};
}

function readerOf(
  found: unknown,
  path: string,
): { text(name: string): string; integer(name: string): number } {
  const fields = isRecord(found) ? found : {};
  return {
    text(name) {
      const value = fields[name];
      if (typeof value !== "string") throw damaged(path, name);
      return value;
    },
    integer(name) {
      const value = fields[name];
      if (typeof value !== "number" || !Number.isSafeInteger(value)) throw damaged(path, name);
      return value;
    },
  };
}

function damaged(path: string, field: string): Error {
  return new Error(`${path} is damaged: no valid ${field}; remove the file or restore it`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
