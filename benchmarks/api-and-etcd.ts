/**
 * The API server of a real cluster over HTTPS on its durable store, and beside it, in the same run on
 * the same machine, the etcd that kube-apiserver would stand on: gets, lists of 10,000 pods, durable
 * creates, events to 1,000 watchers. `WHERRY_KUBE_APISERVER=/path/to/kube-apiserver` measures that
 * program too, in front of an etcd of its own. etcd alone answers without TLS, authentication,
 * authorization, validation and admission: a peer that does less.
 *
 * Requests come from h2load, a client in C, over 8 connections with 16 requests on each; watchers are
 * a process of their own. Needs `h2load` (nghttp2-client) and, for the peer, `etcd` (etcd-server).
 *
 *   node benchmarks/api-and-etcd.ts [pods] [watchers]
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { tmpdir } from "node:os";
import path from "node:path";
import { ProtobufWriter } from "#base";
import {
  type PeerApi,
  type PeerServer,
  startEtcd,
  startKubeApiserver,
} from "./peer-control-plane.ts";
import { bringUpCluster, type TestCluster } from "../test/e2e/cluster.ts";

const podCount = Number(process.argv[2] ?? 10_000);
const watcherCount = Number(process.argv[3] ?? 1_000);
const getCount = 60_000;
const listCount = 60;
const changeCount = 400;
const lanes = 8;
/** A server may cut off watchers that are too slow for it: then events are missing for good. */
const quietMs = 5_000;
const podsPath = "/api/v1/namespaces/default/pods";
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
    if (existsSync("/usr/bin/etcd")) await measurePeers(scratch);
    else report("etcd", { skipped: "not installed" });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function measureCluster(scratch: string): Promise<void> {
  await using cluster = await bringUpCluster("--runtime", "simulated", "--nodes", "1");
  await measureApi("wherry", await accessOf(cluster), scratch);
}

async function measurePeers(scratch: string): Promise<void> {
  const apiserver = process.env["WHERRY_KUBE_APISERVER"];
  if (apiserver !== undefined) {
    await using behind = await startEtcd(path.join(scratch, "etcd-behind"));
    await using api = await startKubeApiserver(apiserver, behind, path.join(scratch, "apiserver"));
    await measureApi("kube-apiserver", api, scratch);
  }
  await using etcd = await startEtcd(path.join(scratch, "etcd"));
  await measureEtcd(etcd, scratch);
}

async function measureApi(
  who: string,
  { origin, authorization }: Omit<PeerApi, keyof AsyncDisposable>,
  scratch: string,
): Promise<void> {
  const pods = `${origin}${podsPath}`;
  const headers = ["-H", `authorization: ${authorization}`, "-H", "accept: application/json"];
  const body = path.join(scratch, "pod.json");
  writeFileSync(body, JSON.stringify(podOf()));
  const load = (count: number, url: string, ...words: readonly string[]) =>
    h2load(count, url, [...headers, ...words]);
  const create = ["-d", body, "-H", "content-type: application/json"];
  report(`${who}: durable creates`, load(podCount, pods, ...spread, ...create));
  const session = openSession(origin);
  const name = await firstPod(session, authorization);
  report(`${who}: gets`, load(getCount, `${pods}/${name}`, ...spread));
  report(`${who}: lists of ${podCount} pods`, load(listCount, pods, "-c", "2", "-m", "1"));
  const target = `${podsPath}?watch=1&fieldSelector=metadata.name%3D${name}`;
  const watching = { ":path": target, authorization };
  const task = { origin, headers: watching, body: "", watchers: watcherCount };
  const patch = ask(session, {
    ":method": "PATCH",
    ":path": `${podsPath}/${name}`,
    "content-type": "application/merge-patch+json",
    authorization,
  });
  let turn = 0;
  await measureEvents(who, task, () =>
    patch(JSON.stringify({ metadata: { annotations: { n: String(turn++) } } })),
  );
  session.destroy();
}

async function firstPod(session: ClientHttp2Session, authorization: string): Promise<string> {
  const stream = session.request({ ":path": `${podsPath}?limit=1`, authorization });
  stream.setEncoding("utf8");
  let text = "";
  stream.on("data", (part: string) => {
    text += part;
  });
  await once(stream, "end");
  return /"name":"(pod-[a-z0-9]+)"/.exec(text)?.[1] ?? "";
}

async function measureEtcd({ origin }: PeerServer, scratch: string): Promise<void> {
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
  report(`etcd: ranges of ${podCount} keys`, load(listCount, "Range", all, ["-c", "2", "-m", "1"]));
  const headers = grpcHeaders("/etcdserverpb.Watch/Watch");
  const body = Buffer.from(framed(watchOf(keyOf(1)))).toString("base64");
  await measureEvents("etcd", { origin, headers, body, watchers: watcherCount }, () =>
    etcdCall(session, "Put", putOf(keyOf(1))),
  );
  session.destroy();
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
  const wanted = task.watchers * changeCount;
  const { seen, lastMs } = await seenBy(watchers, wanted);
  const perSecond = Math.round((seen / (lastMs - startedMs)) * 1_000);
  watchers.kill();
  const lost = seen < wanted ? { lost: wanted - seen } : {};
  report(`${name}: events to ${task.watchers} watchers`, { perSecond, ...lost });
}

async function seenBy(
  watchers: ChildProcess,
  wanted: number,
): Promise<{ readonly seen: number; readonly lastMs: number }> {
  let seen = 0;
  let lastMs = performance.now();
  while (seen < wanted && performance.now() < lastMs + quietMs) {
    watchers.send("count");
    const [found] = await once(watchers, "message");
    if (Number(found) > seen) lastMs = performance.now();
    seen = Number(found);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { seen, lastMs };
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
  readonly lost?: number;
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

function report(name: string, figures: Figures): void {
  console.log(JSON.stringify({ name, ...figures }));
}
