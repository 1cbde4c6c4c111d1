import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Processes } from "#base";
import { realProcesses } from "#host";
import type { PeerOrder } from "./network-peer.ts";

/** Why network tests cannot run here; false when they can. For `test(name, { skip }, …)`. */
export const networkSkip: string | false = findObstacle() ?? false;

function findObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root for network namespaces";
  for (const program of ["ip", "nft", "nsenter", "unshare", "conntrack"]) {
    try {
      execFileSync("sh", ["-c", `command -v ${program}`]);
    } catch {
      // `command -v` fails for a program that is not there.
      return `needs the program ${program}`;
    }
  }
  return undefined;
}

/** A network namespace for one test, which goes with it. Nothing outside is reachable from it. */
export interface TestNamespace extends AsyncDisposable {
  readonly path: string;
  /** Starts every program inside. */
  readonly processes: Processes;
  /** Runs a shell script inside; its trimmed standard output. Throws with what it wrote on failure. */
  sh(script: string): Promise<string>;
}

export async function openNamespace(): Promise<TestNamespace> {
  const folder = await mkdtemp(join(tmpdir(), "wherry-test-"));
  const path = join(folder, "net");
  await writeFile(path, "");
  execFileSync("unshare", [`--net=${path}`, "ip", "link", "set", "lo", "up"]);
  return {
    path,
    processes: processesIn(path),
    sh: (script) => runIn(path, script),
    async [Symbol.asyncDispose]() {
      execFileSync("umount", [path]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Our own processes, seen from another network namespace. */
export function processesIn(namespacePath: string): Processes {
  const prefix = [`--net=${namespacePath}`];
  return {
    ...realProcesses,
    run: (program, args, options) =>
      realProcesses.run("nsenter", [...prefix, program, ...args], options),
    spawn: (program, args, options) =>
      realProcesses.spawn("nsenter", [...prefix, program, ...args], options),
  };
}

/** Runs a shell script inside a namespace, for at most 20 s. */
export async function runIn(namespacePath: string, script: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    "nsenter",
    [`--net=${namespacePath}`, "sh", "-ec", script],
    { timeout: 20_000 },
  );
  return stdout.trim();
}

/** A directory for namespace handles; what a failed test left mounted in it goes with it. */
export async function openHandles(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "wherry-test-"));
  return {
    path,
    async [Symbol.asyncDispose]() {
      const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n");
      const points = mounts.map((line) => line.split(" ")[1] ?? "");
      for (const point of points) if (point.startsWith(`${path}/`)) execFileSync("umount", [point]);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** A process inside a namespace that serves and asks; see `network-peer.ts`. */
export interface Peer extends AsyncDisposable {
  /** Answers every connection or datagram with `name` and the asker's address. */
  serve(protocol: PeerOrder["protocol"], at: string, name: string): Promise<void>;
  /** Asks `count` times; each answer, or the error's code, or `timeout`. */
  ask(
    protocol: PeerOrder["protocol"],
    at: string,
    options?: AskOptions,
  ): Promise<readonly string[]>;
}

export interface AskOptions {
  readonly count?: number;
  readonly fromPort?: number;
  readonly name?: string;
}

export function openPeer(namespacePath: string): Peer {
  const script = join(import.meta.dirname, "network-peer.ts");
  const child = spawn("nsenter", [`--net=${namespacePath}`, process.execPath, script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let turn: Promise<unknown> = Promise.resolve();
  const order = (fields: Omit<PeerOrder, "id">): Promise<readonly string[]> => {
    const answers = turn.then(async () => {
      child.stdin.write(`${JSON.stringify({ id: 0, ...fields })}\n`);
      const { value } = await lines.next();
      return (JSON.parse(String(value)) as { readonly answers: readonly string[] }).answers;
    });
    turn = answers;
    return answers;
  };
  return {
    serve: async (protocol, at, name) => {
      await order({ action: "serve", protocol, ...socketAt(at), name });
    },
    ask: (protocol, at, options = {}) =>
      order({ action: "ask", protocol, ...socketAt(at), ...options }),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}

function socketAt(text: string): { readonly address: string; readonly port: number } {
  const [address = "", port = ""] = text.split(":");
  return { address, port: Number(port) };
}
