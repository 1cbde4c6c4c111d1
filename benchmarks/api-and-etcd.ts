/**
 * The API server of a real cluster over HTTPS on its durable store, and beside it, in the same run on
 * the same machine, the etcd that kube-apiserver would stand on: gets, lists of 10,000 pods, durable
 * creates, events to 1,000 watchers. etcd answers without a kube-apiserver in front of it, so without
 * TLS, authentication, authorization, validation and admission: a peer that does less.
 *
 * Requests come from h2load, a client in C, over 8 connections with 16 requests on each; watchers are
 * a process of their own. Needs `h2load` (nghttp2-client) and, for the peer, `etcd` (etcd-server).
 *
 *   node benchmarks/api-and-etcd.ts [pods] [watchers]
 */
import { type ChildProcess, execFileSync, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { ProtobufWriter } from "#base";
import { bringUpCluster, type TestCluster } from "../test/e2e/cluster.ts";

const podCount = Number(process.argv[2] ?? 10_000);
const watcherCount = Number(process.argv[3] ?? 1_000);
const getCount = 60_000;
const listCount = 60;
const changeCount = 400;
const lanes = 8;
const spread = ["-c", "8", "-m", "16"];

/** What the process of the watchers is asked to do. */
interface WatchTask {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent once on each stream, base64; empty for none. */
  readonly body: string;
  readonly watchers: number;
}

if (process.send !== undefined) process.once("message", (task: WatchTask) => void watchAll(task));
else await measureAll();

async function measureAll(): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), "wherry-bench-"));
  try {
    await measureCluster(scratch);
    if (existsSync("/usr/bin/etcd")) await measureEtcd(scratch);
    else report("etcd", { skipped: "not installed" });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function measureCluster(scratch: string): Promise<void> {
  await using cluster = await bringUpCluster("--runtime", "simulated", "--nodes", "1");
  const { origin, authorization } = await accessOf(cluster);
  const pods = `${origin}/api/v1/namespaces/default/pods`;
  const headers = ["-H", `authorization: ${authorization}`, "-H", "accept: application/json"];
  const body = path.join(scratch, "pod.json");
  writeFileSync(body, JSON.stringify(podOf()));
  const load = (count: number, url: string, ...words: readonly string[]) =>
    h2load(count, url, [...headers, ...words]);
  const create = ["-d", body, "-H", "content-type: application/json"];
  report("wherry: durable creates", load(podCount, pods, ...spread, ...create));
  const { stdout } = await cluster.wherry("kubectl", "get", "pods", "-o", "name");
  const name = stdout.split("\n")[0]?.replace("pod/", "") ?? "";
  report("wherry: gets", load(getCount, `${pods}/${name}`, ...spread));
  report(`wherry: lists of ${podCount} pods`, load(listCount, pods, "-c", "2", "-m", "1"));
  const target = "/api/v1/namespaces/default/pods?watch=1";
  const watching = { ":path": `${target}&fieldSelector=metadata.name%3D${name}`, authorization };
  const task = { origin, headers: watching, body: "", watchers: watcherCount };
  const session = openSession(origin);
  const patch = ask(session, {
    ":method": "PATCH",
    ":path": `/api/v1/namespaces/default/pods/${name}`,
    "content-type": "application/merge-patch+json",
    authorization,
  });
  let turn = 0;
  await measureEvents("wherry", task, () =>
    patch(JSON.stringify({ metadata: { annotations: { n: String(turn++) } } })),
  );
  session.destroy();
}

async function measureEtcd(scratch: string): Promise<void> {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const flags = ["--listen-client-urls", origin, "--advertise-client-urls", origin];
  const peers = ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer];
  const place = ["--data-dir", path.join(scratch, "etcd"), "--initial-cluster", `default=${peer}`];
  const quota = ["--quota-backend-bytes", String(4 * 2 ** 30), "--log-level", "error"];
  const server = spawn("etcd", [...flags, ...peers, ...place, ...quota], { stdio: "ignore" });
  try {
    await answers(origin);
    const session = openSession(origin);
    for (let first = 0; first < podCount; first += 100) {
      const some = Array.from({ length: 100 }, (_, index) => first + index);
      await Promise.all(some.map((index) => etcdCall(session, "Put", putOf(keyOf(index)))));
    }
    const file = path.join(scratch, "request.bin");
    const load = (count: number, method: string, message: Uint8Array, words: readonly string[]) => {
      writeFileSync(file, framed(message));
      const grpc = ["-H", "content-type: application/grpc", "-H", "te: trailers"];
      return h2load(count, `${origin}/etcdserverpb.KV/${method}`, [...words, ...grpc, "-d", file]);
    };
    report("etcd: durable puts", load(podCount, "Put", putOf(keyOf(0)), spread));
    report("etcd: gets", load(getCount, "Range", rangeOf(keyOf(0)), spread));
    const all = rangeOf("/registry/pods/", "/registry/pods0");
    report(
      `etcd: ranges of ${podCount} keys`,
      load(listCount, "Range", all, ["-c", "2", "-m", "1"]),
    );
    const headers = grpcHeaders("/etcdserverpb.Watch/Watch");
    const body = Buffer.from(framed(watchOf(keyOf(1)))).toString("base64");
    await measureEvents("etcd", { origin, headers, body, watchers: watcherCount }, () =>
      etcdCall(session, "Put", putOf(keyOf(1))),
    );
    session.destroy();
  } finally {
    server.kill("SIGKILL");
    await once(server, "exit");
  }
}

/** Changes, a few at a time, are seen by all watchers; how many events a second that makes. */
async function measureEvents(
  name: string,
  task: WatchTask,
  change: () => Promise<unknown>,
): Promise<void> {
  const watchers = fork(import.meta.filename, { stdio: "inherit" });
  watchers.send(task);
  await once(watchers, "message");
  const startedMs = performance.now();
  const lane = async () => {
    for (let index = 0; index < changeCount / lanes; index++) await change();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const seen = await seenBy(watchers, task.watchers * changeCount);
  const seconds = (performance.now() - startedMs) / 1000;
  watchers.kill();
  report(`${name}: events to ${task.watchers} watchers`, { perSecond: Math.round(seen / seconds) });
}

async function seenBy(watchers: ChildProcess, wanted: number): Promise<number> {
  const endMs = performance.now() + 60_000;
  while (performance.now() < endMs) {
    watchers.send("count");
    const [seen] = await once(watchers, "message");
    if (Number(seen) >= wanted) return Number(seen);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`the watchers have not seen ${wanted} events within a minute`);
}

/** The process of the watchers: opens them over 10 connections and counts what comes. */
async function watchAll(task: WatchTask): Promise<void> {
  const sessions = Array.from({ length: 10 }, () => openSession(task.origin));
  const body = Buffer.from(task.body, "base64");
  let seen = 0;
  const opened = Array.from({ length: task.watchers }, async (_, index) => {
    const session = sessions[index % sessions.length];
    if (session === undefined) throw new Error("there is a session for each watcher");
    const isGrpc = body.length > 0;
    const method = isGrpc ? { ":method": "POST" } : { ":method": "GET" };
    const stream = session.request({ ...task.headers, ...method }, { endStream: !isGrpc });
    if (isGrpc) stream.write(body);
    const count = isGrpc ? grpcCounter() : lineCounter();
    await once(stream, "response");
    const first = Promise.withResolvers<void>();
    let isStarted = false;
    stream.on("data", (chunk: Buffer) => {
      const events = count(chunk);
      // The first message says that the watch has begun: an answer of etcd, the object itself of ours.
      if (events === 0) return;
      seen += isStarted ? events : events - 1;
      isStarted = true;
      first.resolve();
    });
    await first.promise;
  });
  await Promise.all(opened);
  process.on("message", () => process.send?.(seen));
  process.send?.("watching");
}

function lineCounter(): (chunk: Buffer) => number {
  return (chunk) => {
    let lines = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) lines++;
    return lines;
  };
}

/** Counts whole messages by their length prefixes. */
function grpcCounter(): (chunk: Buffer) => number {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let messages = 0;
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      rest = rest.subarray(5 + rest.readUInt32BE(1));
      messages++;
    }
    return messages;
  };
}

interface Figures {
  readonly perSecond?: number;
  readonly p50Ms?: string;
  readonly skipped?: string;
}

function h2load(count: number, url: string, words: readonly string[]): Figures {
  const output = execFileSync("h2load", ["-n", String(count), ...words, url], { encoding: "utf8" });
  const done = Number(/(\d+) succeeded/.exec(output)?.[1] ?? 0);
  if (done !== count) throw new Error(`${count - done} of ${count} requests failed:\n${output}`);
  const perSecond = Number(/finished in [^,]+, ([\d.]+) req\/s/.exec(output)?.[1] ?? 0);
  const mean = /time for request:\s+\S+\s+\S+\s+(\S+)/.exec(output)?.[1] ?? "";
  return { perSecond: perSecond >= 100 ? Math.round(perSecond) : perSecond, p50Ms: mean };
}

async function accessOf(cluster: TestCluster) {
  const of = async (...words: readonly string[]) => {
    const { status, stdout, stderr } = await cluster.wherry("kubectl", ...words);
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  await of("create", "serviceaccount", "bench");
  const role = ["--clusterrole=cluster-admin", "--serviceaccount=default:bench"];
  await of("create", "clusterrolebinding", "bench", ...role);
  const token = await of("create", "token", "bench");
  const origin = /server: (\S+)/.exec(readFileSync(cluster.kubeconfig, "utf8"))?.[1] ?? "";
  return { origin, authorization: `Bearer ${token}` };
}

/** A pod that the scheduler leaves alone, so that only the request itself is measured. */
function podOf(): object {
  const container = {
    name: "web",
    image: "registry.example.com/team/web:1.2.3",
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
    env: Array.from({ length: 8 }, (_, one) => ({ name: `VARIABLE_${one}`, value: "value" })),
    resources: { requests: { cpu: "250m", memory: "128Mi" }, limits: { memory: "512Mi" } },
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { generateName: "pod-", labels: { app: "web" } },
    spec: { schedulingGates: [{ name: "example.com/benchmark" }], containers: [container] },
  };
}

function openSession(origin: string): ClientHttp2Session {
  const session = connect(origin, {
    rejectUnauthorized: false,
    settings: { initialWindowSize: 4 * 1024 * 1024 },
  });
  session.once("connect", () => session.setLocalWindowSize(64 * 1024 * 1024));
  return session;
}

/** Opens a request; the function it gives sends the body and waits for the end. */
function ask(session: ClientHttp2Session, headers: Readonly<Record<string, string>>) {
  return async (body: string | Uint8Array): Promise<void> => {
    const stream = session.request(headers);
    stream.end(body);
    const [answer] = await once(stream, "response");
    stream.resume();
    await once(stream, "end");
    if (answer[":status"] !== 200) throw new Error(`${headers[":path"]}: ${answer[":status"]}`);
  };
}

function etcdCall(session: ClientHttp2Session, method: string, message: Uint8Array) {
  return ask(session, grpcHeaders(`/etcdserverpb.KV/${method}`))(framed(message));
}

function grpcHeaders(target: string): Readonly<Record<string, string>> {
  return { ":method": "POST", ":path": target, "content-type": "application/grpc", te: "trailers" };
}

function framed(message: Uint8Array): Uint8Array {
  const whole = new Uint8Array(5 + message.length);
  new DataView(whole.buffer).setUint32(1, message.length);
  whole.set(message, 5);
  return whole;
}

function keyOf(index: number): string {
  return `/registry/pods/default/pod-${String(index).padStart(6, "0")}`;
}

/** `PutRequest` with a value as large as a pod. */
function putOf(key: string): Uint8Array {
  const writer = new ProtobufWriter();
  writer.string(1, key);
  writer.bytes(2, new Uint8Array(2_048).fill(0x61));
  return writer.finish();
}

/** `RangeRequest`. */
function rangeOf(key: string, end?: string): Uint8Array {
  const writer = new ProtobufWriter();
  writer.string(1, key);
  if (end !== undefined) writer.string(2, end);
  return writer.finish();
}

/** `WatchRequest` with a `WatchCreateRequest`. */
function watchOf(key: string): Uint8Array {
  const writer = new ProtobufWriter();
  const mark = writer.begin(1);
  writer.string(1, key);
  writer.end(mark);
  return writer.finish();
}

async function answers(origin: string): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (performance.now() < endMs) {
    const isUp = await fetch(`${origin}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("etcd does not answer");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

function report(name: string, figures: Figures): void {
  console.log(JSON.stringify({ name, ...figures }));
}
