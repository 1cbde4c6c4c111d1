/** One node's containerd for a test: in a directory and, if asked for, a network namespace of its own. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { TestContext } from "node:test";
import {
  type ContainerdOptions,
  containerdPaths,
  criRuntime,
  ensureImage,
  keepContainerdRunning,
  loadImage,
  pauseImage,
  pauseReference,
  type Runtime,
  removeContainerd,
  startContainerd,
  writeImageArchive,
} from "#agent";
import { directoryOf, fileOf, type GrpcChannel, silentLogger, symlinkOf } from "#base";
import { openGrpcChannel, realClock, realDisk, realProcesses } from "#host";

const deps = {
  disk: realDisk,
  processes: realProcesses,
  clock: realClock,
  logger: silentLogger,
};

export interface ContainerdNode {
  readonly runtime: Runtime;
  readonly directory: string;
  /** Cgroup of all pods. */
  readonly cgroup: string;
  readonly socket: string;
  readonly signal: AbortSignal;
  readonly channel: GrpcChannel;
  /** Pid of the running containerd. */
  pid(): number;
  /** A fresh runtime client, as an agent that was restarted would have. */
  reopen(): Promise<Runtime>;
  /** Takes everything apart; the test's end does so too. */
  remove(): Promise<void>;
}

/** Why tests with containers cannot run here; undefined when they can. */
export function whyNoContainers(): string | undefined {
  if (process.platform !== "linux") return "containers need Linux";
  if (process.getuid?.() !== 0) return "containers need root";
  const needed = ["containerd", "ctr", "runc", "nsenter", "ip", "catatonit", "busybox"];
  const missing = needed.filter((program) => findProgram(program) === undefined);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}

export async function startContainerdNode(
  t: TestContext,
  network: "own" | "ours",
): Promise<ContainerdNode> {
  const directory = mkdtempSync("/tmp/wherry-node-");
  const name = directory.slice("/tmp/".length);
  const cgroup = `/${name}`;
  const stop = new AbortController();
  if (network === "own") makeNamespace(name);
  writeCni(`${directory}/cni`, `${directory}/ipam`);
  const options: ContainerdOptions = {
    nodeDirectory: directory,
    networkNamespace: network === "own" ? `/run/netns/${name}` : undefined,
    cniConfDirectory: `${directory}/cni`,
    cniBinDirectory: "/usr/lib/cni",
    sandboxImage: pauseReference,
    cgroupDriver: "cgroupfs",
    registries: [],
    metrics: undefined,
  };
  const paths = containerdPaths(directory);
  const channel = await openGrpcChannel(`unix://${paths.socket}`);
  const runtime = criRuntime(channel);
  const remove = async () => {
    stop.abort();
    await keeping;
    const target = { nodeDirectory: directory, cgroup, images: "remove" } as const;
    await removeContainerd(deps, target, runtime, new AbortController().signal);
    await channel[Symbol.asyncDispose]();
    if (network === "own") removeNamespace(name);
    rmSync(directory, { recursive: true, force: true });
  };
  let keeping = Promise.resolve();
  t.after(remove);
  const { signal } = stop;
  await startContainerd(deps, options, runtime, signal);
  keeping = keepContainerdRunning(deps, options, signal);
  await loadImages({ runtime, socket: paths.socket, directory }, signal);
  return {
    runtime,
    directory,
    cgroup,
    socket: paths.socket,
    signal,
    channel,
    pid: () => Number(execFileSync("pgrep", ["-f", `^containerd --config ${paths.config}`])),
    reopen: async () => criRuntime(await openGrpcChannel(`unix://${paths.socket}`)),
    remove,
  };
}

/** Everything on the machine that carries the node's name: mounts, namespaces, cgroups, processes. */
export function leftovers(node: ContainerdNode): readonly string[] {
  const name = node.directory.slice("/tmp/".length);
  const lines = (command: string, ...args: readonly string[]) => {
    const output = execFileSync(command, args, { encoding: "utf8" });
    return output.split("\n").filter((line) => line.includes(name));
  };
  return [
    ...readFileSync("/proc/self/mountinfo", "utf8").split("\n"),
    ...lines("ip", "netns", "list"),
    ...lines("find", "/sys/fs/cgroup", "-type", "d", "-name", name),
    ...lines("find", "/tmp", "-maxdepth", "1", "-name", name),
    ...lines("pgrep", "-af", "containerd"),
  ].filter((line) => line.includes(name));
}

async function loadImages(
  place: { readonly runtime: Runtime; readonly socket: string; readonly directory: string },
  signal: AbortSignal,
): Promise<void> {
  const program = readFileSync(findProgram("catatonit") ?? "");
  const build = () => writeImageArchive(pauseImage(program, "amd64"));
  await ensureImage(deps, place, { reference: pauseReference, build }, signal);
  const file = `${place.directory}/busybox.tar`;
  writeFileSync(file, await busyboxArchive());
  await loadImage(deps, place.socket, file);
}

async function busyboxArchive(): Promise<Uint8Array> {
  const commands = [
    "sh",
    "tar",
    "wc",
    "true",
    "tr",
    "cat",
    "echo",
    "sleep",
    "seq",
    "id",
    "ps",
    "nc",
    "ls",
    "dd",
    "stty",
  ];
  return await writeImageArchive({
    references: ["docker.io/library/busybox:test"],
    architecture: "amd64",
    config: {
      entrypoint: [],
      args: ["sh"],
      env: ["PATH=/bin"],
      workingDir: "/",
      user: "",
      exposedPorts: [],
    },
    layers: [
      [
        directoryOf("bin"),
        fileOf("bin/busybox", readFileSync(findProgram("busybox") ?? ""), 0o755),
        ...commands.map((name) => symlinkOf(`bin/${name}`, "busybox")),
        directoryOf("tmp", 0o1777),
      ],
    ],
  });
}

function findProgram(name: string): string | undefined {
  const directories = (process.env["PATH"] ?? "").split(":").concat("/usr/sbin", "/sbin");
  return directories
    .map((directory) => `${directory}/${name}`)
    .find((path) => {
      try {
        return readFileSync(path).length > 0;
      } catch {
        return false;
      }
    });
}

/** Cluster addresses lead nowhere but to the node's own bridge. */
function makeNamespace(name: string): void {
  execFileSync("ip", ["netns", "add", name]);
  const ip = (...args: readonly string[]) => execFileSync("ip", ["-n", name, ...args]);
  ip("link", "set", "lo", "up");
  for (const range of ["10.42.0.0/16", "10.43.0.0/16"]) {
    ip("route", "add", "blackhole", range, "metric", "1000");
  }
}

function removeNamespace(name: string): void {
  if (existsSync(`/run/netns/${name}`)) execFileSync("ip", ["netns", "delete", name]);
}

function writeCni(confDirectory: string, ipamDirectory: string): void {
  mkdirSync(confDirectory, { recursive: true });
  const bridge = {
    type: "bridge",
    bridge: "cni0",
    isGateway: true,
    ipam: {
      type: "host-local",
      dataDir: ipamDirectory,
      ranges: [[{ subnet: "10.42.7.0/24" }]],
      routes: [{ dst: "0.0.0.0/0" }],
    },
  };
  const list = { cniVersion: "1.0.0", name: "test", plugins: [bridge] };
  writeFileSync(`${confDirectory}/10-test.conflist`, JSON.stringify(list));
}
