/** What a node's private containerd is told. Pure: paths and facts in, file contents out. */
import { assert } from "#base";

/** Where everything of one private containerd lies. All absolute. */
export interface ContainerdPaths {
  /** The directory that holds all the others. */
  readonly home: string;
  /** Images and snapshots: survives a restart of the machine. */
  readonly root: string;
  /** Running containers: worthless after a restart of the machine. */
  readonly state: string;
  readonly socket: string;
  readonly config: string;
  /** One directory per registry host, each with a `hosts.toml`. */
  readonly registries: string;
  readonly log: string;
  /** Of the start of the machine that `state` belongs to. */
  readonly bootFile: string;
  readonly temporary: string;
}

export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

export interface ContainerdConfig {
  readonly paths: ContainerdPaths;
  readonly cniConfDirectory: string;
  readonly cniBinDirectory: string;
  readonly sandboxImage: string;
  readonly cgroupDriver: "cgroupfs" | "systemd";
  readonly snapshotter: "overlayfs" | "native";
  /** Where we lack the right to protect processes from the kernel's out-of-memory killer. */
  readonly oomScoreAdj: "asAsked" | "notBelowOurs";
  /** Where it serves its own metrics; undefined: nowhere. */
  readonly metrics: MetricsPlace | undefined;
}

/** Linux takes socket paths of up to 107 bytes; containerd listens on `<socket>.ttrpc` too. */
const socketPathBytesMax = 107 - ".ttrpc".length;

/** The layout below a node's directory. Throws when the path is too long for a socket. */
export function containerdPaths(nodeDirectory: string): ContainerdPaths {
  const home = `${nodeDirectory}/containerd`;
  const socket = `${home}/containerd.sock`;
  if (new TextEncoder().encode(socket).length > socketPathBytesMax) {
    throw new Error(
      `the path ${socket} is too long for a socket (more than ${socketPathBytesMax} bytes): ` +
        "choose a shorter data directory",
    );
  }
  return {
    home,
    root: `${home}/root`,
    state: `${home}/state`,
    socket,
    config: `${home}/config.toml`,
    registries: `${home}/registries`,
    log: `${home}/containerd.log`,
    bootFile: `${home}/boot-id`,
    temporary: `${home}/temporary`,
  };
}

/**
 * `config.toml`, in the version that containerd 1.6, 1.7 and 2.x all read.
 *
 * Left out are the plugins that would write outside of our directories (`opt`) or only complain
 * about file systems that are not there.
 */
export function formatContainerdConfig(config: ContainerdConfig): string {
  const { paths } = config;
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  const lines = [
    "version = 2",
    `root = ${quote(paths.root)}`,
    `state = ${quote(paths.state)}`,
    `temp = ${quote(paths.temporary)}`,
    `disabled_plugins = [${unwantedPlugins.map(quote).join(", ")}]`,
    "[debug]",
    // Below warnings there is a line for every probe that runs a command.
    `level = "warn"`,
    ...metricsLines(config.metrics),
    "[grpc]",
    `address = ${quote(paths.socket)}`,
    `[${cri}]`,
    `sandbox_image = ${quote(config.sandboxImage)}`,
    `restrict_oom_score_adj = ${config.oomScoreAdj === "notBelowOurs"}`,
    // The network namespaces of pods lie where everything else does, and go with it.
    "netns_mounts_under_state_dir = true",
    // Streams are for the agent beside it only; it asks for the port with each one.
    `stream_server_address = "127.0.0.1"`,
    `stream_server_port = "0"`,
    `[${cri}.cni]`,
    `bin_dir = ${quote(config.cniBinDirectory)}`,
    `conf_dir = ${quote(config.cniConfDirectory)}`,
    `[${cri}.containerd]`,
    `snapshotter = ${quote(config.snapshotter)}`,
    `default_runtime_name = "runc"`,
    `[${cri}.containerd.runtimes.runc]`,
    `runtime_type = "io.containerd.runc.v2"`,
    `[${cri}.containerd.runtimes.runc.options]`,
    `Root = ${quote(`${paths.state}/runc`)}`,
    `SystemdCgroup = ${config.cgroupDriver === "systemd"}`,
    `[${cri}.registry]`,
    `config_path = ${quote(paths.registries)}`,
  ];
  return `${lines.join("\n")}\n`;
}

function metricsLines(place: MetricsPlace | undefined): readonly string[] {
  if (place === undefined) return [];
  return ["[metrics]", `address = ${quote(`${place.host}:${place.port}`)}`];
}

const unwantedPlugins: readonly string[] = [
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
];

/** Where images of one registry come from. */
export interface RegistryHost {
  /** As image references name it: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** Tried in this order before the registry itself. */
  readonly mirrors: readonly string[];
  /** Speak HTTP without TLS to the registry itself. */
  readonly plainHttp: boolean;
}

/** The `hosts.toml` of one registry, and the directory name that containerd looks for. */
export function formatRegistryHosts(host: RegistryHost): { directory: string; content: string } {
  assert(/^[A-Za-z0-9.:_[\]-]+$/.test(host.registry), "a registry is a host with a port");
  const lines = [
    `server = ${quote(`${host.plainHttp ? "http" : "https"}://${originOf(host.registry)}`)}`,
    ...host.mirrors.flatMap((mirror) => [
      `[host.${quote(mirror)}]`,
      `capabilities = ["pull", "resolve"]`,
    ]),
  ];
  return { directory: host.registry, content: `${lines.join("\n")}\n` };
}

/** Docker Hub answers under another name than its images carry. */
function originOf(registry: string): string {
  return registry === "docker.io" ? "registry-1.docker.io" : registry;
}

/** A basic string of TOML. */
function quote(text: string): string {
  // JSON's escapes are a subset of TOML's.
  return JSON.stringify(text);
}

/**
 * Which snapshotter works for a directory: overlayfs cannot stand on top of another overlayfs, which
 * is what the inside of a container usually is.
 *
 * @param mountInfo the content of `/proc/self/mountinfo`
 */
export function chooseSnapshotter(mountInfo: string, directory: string): "overlayfs" | "native" {
  let longest = "";
  let type = "";
  for (const line of mountInfo.split("\n")) {
    const [front = "", back = ""] = line.split(" - ");
    const mountPoint = front.split(" ")[4];
    if (mountPoint === undefined || mountPoint.length < longest.length) continue;
    if (!isWithin(directory, mountPoint)) continue;
    longest = mountPoint;
    type = back.split(" ")[0] ?? "";
  }
  return type === "overlay" ? "native" : "overlayfs";
}

/** The bit of CAP_SYS_RESOURCE, as capabilities(7) numbers them. */
const capSysResource = 24n;

/**
 * Whether processes may get a lower out-of-memory score than ours. Without CAP_SYS_RESOURCE, as in
 * some containers and virtual machines, runc dies of trying.
 *
 * @param processStatus the content of `/proc/self/status`
 */
export function chooseOomScoreAdj(processStatus: string): "asAsked" | "notBelowOurs" {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(processStatus)?.[1] ?? "0";
  const isAllowed = ((BigInt(`0x${effective}`) >> capSysResource) & 1n) === 1n;
  return isAllowed ? "asAsked" : "notBelowOurs";
}

function isWithin(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}
