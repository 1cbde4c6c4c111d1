/**
 * kubectl against a node's endpoint: exec, attach, cp, port-forward and logs, in every protocol that
 * the kubectl at hand speaks. An API server of three paths stands between them.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { PassThrough, Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { Exec, KubeConfig, PortForward, type V1Status } from "@kubernetes/client-node";
import {
  createEndpoint,
  nodeStatsSource,
  type PodSource,
  type Runtime,
  formatResourceMetrics,
  textContentType,
} from "#agent";
import { WebSocket } from "ws";
import { containerConfigOf, sandboxConfigOf } from "#agent/testing";
import type { Pod } from "#api/core/v1";
import { type HttpHandler, type HttpResponse, type ReceivedRequest, silentLogger } from "#base";
import { openHttpServer, realClock, realDialer, realDisk, realMachine } from "#host";
import { type ContainerdNode, startContainerdNode, whyNoContainers } from "./containerd-node.ts";

const kubectl = process.env["WHERRY_KUBECTL"] ?? "kubectl";
const skip = whyNoContainers() ?? (await whyNoKubectl()) ?? false;

test("kubectl works on a container through the node's endpoint", { skip }, async (t) => {
  const node = await startContainerdNode(t, "ours");
  const pod = await runPod(node);
  const run = await serveCluster(t, node, pod);

  await t.test("exec gives output, errors and the exit code", async () => {
    const script = "echo out; echo err >&2; exit 3";
    const ended = await run(["exec", "web", "--", "sh", "-c", script]);
    assert.deepEqual([ended.stdout, ended.exitCode], ["out\n", 3]);
    assert.match(ended.stderr, /^err\n/);
  });

  await t.test("exec -i passes input on to its end", async () => {
    const input = "x".repeat(300_000);
    const ended = await run(["exec", "-i", "web", "--", "sh", "-c", "cat | wc -c"], input);
    assert.deepEqual([ended.stdout.trim(), ended.exitCode], ["300000", 0]);
  });

  await t.test("exec into a container that is not there says so", async () => {
    const ended = await run(["exec", "web", "-c", "db", "--", "true"]);
    assert.notEqual(ended.exitCode, 0);
    assert.match(ended.stderr, /container not found \("db"\)|container db is not valid/);
  });

  await t.test("cp brings files in and out", async () => {
    const directory = mkdtempSync("/tmp/wherry-cp-");
    t.after(() => rmSync(directory, { recursive: true }));
    const content = Array.from({ length: 50_000 }, (_, at) => `line ${at}`).join("\n");
    writeFileSync(`${directory}/in`, content);
    const sent = await run(["cp", `${directory}/in`, "web:/tmp/file"]);
    assert.deepEqual([sent.exitCode, sent.stderr], [0, ""]);
    const fetched = await run(["cp", "web:/tmp/file", `${directory}/out`]);
    assert.equal(fetched.exitCode, 0);
    assert.equal(readFileSync(`${directory}/out`, "utf8"), content);
  });

  await t.test("logs are shown, in part and with times", async () => {
    const first = await run(["logs", "web", "--limit-bytes=14"]);
    assert.equal(first.stdout, "started\nready\n");
    const timed = await run(["logs", "web", "--timestamps"]);
    assert.match(timed.stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z started\n/);
  });

  await t.test("port-forward carries connections both ways", async () => {
    const answer = await forwardOnce(t, run.start);
    assert.equal(answer, "echo: hello through the node");
  });

  await t.test("attach shows what the container says from now on", async () => {
    const attached = run.start(["attach", "web"]);
    await attached.until(/tick/);
    attached.stop();
  });

  await t.test("the JavaScript client passes input to its end and gets all output", async () => {
    const output = new PassThrough();
    const collected = output.toArray();
    const command = ["sh", "-c", "cat; exit 3"];
    const status = await new Promise<V1Status>((resolve, reject) => {
      const input = Readable.from([Buffer.alloc(400_000, "a"), Buffer.alloc(400_000, "b")]);
      const exec = new Exec(run.config);
      exec
        .exec("default", "web", "main", command, output, null, input, false, resolve)
        .catch(reject);
    });
    assert.equal(status.details?.causes?.[0]?.message, "3");
    assert.equal(Buffer.concat(await collected).length, 800_000);
  });

  await t.test("a terminal takes the size of the client's window", async () => {
    const script = "until [ $(stty size | cut -d' ' -f2) = 123 ]; do :; done; stty size";
    const query = new URLSearchParams({
      container: "main",
      stdin: "true",
      stdout: "true",
      tty: "true",
    });
    for (const word of ["sh", "-c", script]) query.append("command", word);
    const socket = new WebSocket(
      `${run.url.replace("http", "ws")}/api/v1/namespaces/default/pods/web/exec?${query}`,
      "v5.channel.k8s.io",
    );
    await once(socket, "open");
    socket.send(Buffer.from(`\u0004${JSON.stringify({ Width: 123, Height: 45 })}`));
    const output: Buffer[] = [];
    socket.on("message", (bytes: Buffer) => output.push(bytes));
    await once(socket, "close");
    assert.match(Buffer.concat(output).toString(), /45 123/);
  });

  await t.test("the JavaScript client forwards a port", async () => {
    const output = new PassThrough();
    const input = new PassThrough();
    await new PortForward(run.config).portForward(
      "default",
      "web",
      [await echoPort(t)],
      output,
      null,
      input,
    );
    input.write("hello from JavaScript");
    const [answer] = await once(output, "data");
    assert.equal(String(answer), "echo: hello from JavaScript");
    input.end();
  });

  await t.test("usage is told in every format", async () => {
    const summary = JSON.parse((await run(["get", "--raw", "/node/stats/summary"])).stdout);
    assert.equal(summary.pods[0].podRef.name, "web");
    assert.ok(summary.pods[0].containers[0].memory.workingSetBytes > 0);
    const metrics = (await run(["get", "--raw", "/node/metrics/resource"])).stdout;
    assert.match(metrics, /^container_cpu_usage_seconds_total\{container="main",/m);
  });
});

const labels = { "io.kubernetes.pod.uid": "uid-web" };

async function runPod({ runtime, directory, cgroup, signal }: ContainerdNode): Promise<Pod> {
  const logDirectory = `${directory}/logs/web`;
  mkdirSync(logDirectory, { recursive: true });
  const base = sandboxConfigOf({ logDirectory, labels, hostname: "" });
  const { linux } = base;
  // On the machine's own loopback, so that no CNI plugin touches the machine.
  const namespaces = { ...linux.securityContext.namespaces, network: "node" } as const;
  const securityContext = { ...linux.securityContext, namespaces };
  const sandbox = { ...base, linux: { ...linux, cgroupParent: `${cgroup}/web`, securityContext } };
  const sandboxId = await runtime.sandboxes.run(sandbox, "", signal);
  const config = containerConfigOf({
    image: { image: "busybox:test", userSpecifiedImage: "busybox:test" },
    command: ["sh", "-c", "echo started; echo ready; while sleep 0.2; do echo tick >&2; done"],
    labels,
  });
  const containerLinux = {
    ...config.linux,
    securityContext: { ...config.linux.securityContext, namespaces },
  };
  const id = await runtime.containers.create(
    sandboxId,
    { ...config, linux: containerLinux },
    sandbox,
    signal,
  );
  await runtime.containers.start(id, signal);
  return podOf(id);
}

function podOf(id: string): Pod {
  const status = {
    name: "main",
    state: { running: {} },
    containerID: `containerd://${id}`,
    ready: true,
    restartCount: 0,
    image: "busybox:test",
    imageID: "",
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", uid: "uid-web" },
    spec: { containers: [{ name: "main", image: "busybox:test" }] },
    status: { phase: "Running", containerStatuses: [status] },
  };
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

interface Started {
  /** Resolves when the output has matched. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  stop(): void;
  readonly ended: Promise<Ended>;
}

type Run = ((args: readonly string[], input?: string) => Promise<Ended>) & {
  readonly url: string;
  readonly config: KubeConfig;
  start(args: readonly string[], input?: string): Started;
};

async function serveCluster(t: TestContext, node: ContainerdNode, pod: Pod): Promise<Run> {
  const pods: PodSource = {
    list: () => [pod],
    find: (_, name) => (name === "web" ? pod : undefined),
  };
  const stats = statsOf(node.runtime, node.directory);
  const resourcePage = async (_: string, signal: AbortSignal) => ({
    contentType: textContentType,
    body: new TextEncoder().encode(formatResourceMetrics(await stats.collect(signal))),
  });
  const endpoint = createEndpoint({
    authorizer: { decide: async () => ({ kind: "allowed" }) },
    pods,
    runtime: node.runtime,
    stats,
    metricsPages: new Map([["/metrics/resource", resourcePage]]),
    disk: realDisk,
    clock: realClock,
    dialer: realDialer,
    logger: silentLogger,
  });
  const handler = apiServer(endpoint, pod, (line) => t.diagnostic(line));
  const local = { address: "127.0.0.1", port: 0 };
  const server = await openHttpServer({ handler, log: silentLogger }, { local, identity: "plain" });
  t.after(() => server.close(0));
  const url = `http://127.0.0.1:${server.local.port}`;
  const config = `${node.directory}/kubeconfig`;
  writeFileSync(config, kubeconfigOf(url));
  const start = (args: readonly string[], input?: string) =>
    startProgram(kubectl, ["--kubeconfig", config, ...args], input);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(config);
  return Object.assign((args: readonly string[], input?: string) => start(args, input).ended, {
    url,
    start,
    config: kubeConfig,
  });
}

function statsOf(runtime: Runtime, directory: string) {
  const deps = { runtime, disk: realDisk, clock: realClock, machine: realMachine };
  return nodeStatsSource(deps, { nodeName: "node-1", directory });
}

/** Just enough of an API server: it knows one pod, and passes on to its node what is about it. */
function apiServer(endpoint: HttpHandler, pod: Pod, note: (line: string) => void): HttpHandler {
  const forward = (request: ReceivedRequest): ReceivedRequest => {
    const url = new URL(request.target, "http://localhost");
    const query = url.searchParams;
    const rename = { stdin: "input", stdout: "output", stderr: "error" };
    for (const [from, to] of Object.entries(rename)) {
      if (query.get(from) === "true") query.set(to, "1");
    }
    if (query.get("tty") === "true") query.set("tty", "1");
    for (const port of query.getAll("ports")) query.append("port", port);
    const verb = url.pathname.split("/").at(-1) ?? "";
    const container = query.get("container") ?? "main";
    const paths: Record<string, string> = {
      log: `/containerLogs/default/web/${container}`,
      exec: `/exec/default/web/${container}`,
      attach: `/attach/default/web/${container}`,
      portforward: "/portForward/default/web",
    };
    const path = paths[verb] ?? url.pathname.replace(/^\/node/, "");
    return { ...request, target: `${path}?${query.toString()}` };
  };
  return {
    handle: async (request, signal) => {
      const { pathname } = new URL(request.target, "http://localhost");
      if (pathname === "/api/v1/namespaces/default/pods/web") return json(pod);
      const discovery = discoveryOf(pathname);
      if (discovery !== undefined) return json(discovery);
      if (!/\/log$|^\/node\//.test(pathname)) return { ...json({}), status: 404 };
      return await endpoint.handle(forward(request), signal);
    },
    upgrade: async (request, signal) => {
      const result = await endpoint.upgrade(forward(request), signal);
      const protocol = request.headers["sec-websocket-protocol"] ?? request.headers["upgrade"];
      note(`${result.kind} ${new URL(request.target, "http://localhost").pathname}: ${protocol}`);
      return result;
    },
  };
}

function discoveryOf(path: string): object | undefined {
  const verbs = ["get"];
  const resources = [
    { name: "pods", singularName: "pod", namespaced: true, kind: "Pod", verbs },
    { name: "pods/log", singularName: "", namespaced: true, kind: "Pod", verbs },
  ];
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"] };
  if (path === "/apis") return { kind: "APIGroupList", apiVersion: "v1", groups: [] };
  if (path === "/api/v1") return { kind: "APIResourceList", groupVersion: "v1", resources };
  return undefined;
}

function json(value: unknown): HttpResponse {
  const headers = { "content-type": "application/json" };
  return { status: 200, headers, body: new TextEncoder().encode(JSON.stringify(value)) };
}

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
    users: [{ name: "c", user: {} }],
    "current-context": "c",
  });
}

/** An echo server on the machine's loopback, reached through the pod's network. */
async function echoPort(t: TestContext): Promise<number> {
  const echo = createServer((socket) =>
    socket.once("data", (data) => socket.end(`echo: ${data.toString()}`)),
  );
  t.after(() => echo.close());
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const address = echo.address();
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}

async function forwardOnce(t: TestContext, start: Run["start"]): Promise<string> {
  const forwarding = start(["port-forward", "pod/web", `:${await echoPort(t)}`]);
  const [, port] = await forwarding.until(/127\.0\.0\.1:(\d+) ->/);
  const { signal } = new AbortController();
  const connection = await realDialer.connectTcp("127.0.0.1", Number(port), signal);
  await connection.send(new TextEncoder().encode("hello through the node"));
  let answer = "";
  for await (const chunk of connection.received) answer += new TextDecoder().decode(chunk);
  forwarding.stop();
  return answer;
}

function startProgram(program: string, args: readonly string[], input = ""): Started {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  const waiting: (() => void)[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const wake of waiting) wake();
    });
  }
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) =>
    child.on("close", (code) => resolve({ ...output, exitCode: code ?? -1 })),
  );
  return {
    ended,
    stop: () => void child.kill("SIGKILL"),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output.stdout + output.stderr);
          if (match !== null) resolve(match);
        };
        waiting.push(look);
        look();
        void ended.then(() => reject(new Error(`ended: ${output.stdout}${output.stderr}`)));
      }),
  };
}

async function whyNoKubectl(): Promise<string | undefined> {
  try {
    const { exitCode } = await startProgram(kubectl, ["version", "--client"]).ended;
    return exitCode === 0 ? undefined : "kubectl does not run";
  } catch {
    return "kubectl is not installed";
  }
}
