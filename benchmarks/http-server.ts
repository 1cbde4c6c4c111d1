/**
 * How many requests and watch events the HTTP server carries, and what each costs it in processor
 * time. The client is a process of its own, on the same machine; run it on an idle one:
 *
 *   node benchmarks/http-server.ts
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect, type ClientHttp2Session } from "node:http2";
import { Agent, request } from "node:https";
import type { HttpResponse } from "#base";
import { silentLogger } from "#base";
import { openHttpServer } from "#host";
import { ChunkQueue } from "#http";
import { handlerOf, leafOf, newAuthority } from "../src/host/testing.ts";

const bodyBytes = 2_048;
const runMs = 3_000;
const watcherCount = 1_000;
const eventRounds = 100;
const queueBytesMax = 64 * 1024 * 1024;

/** What the client process is asked to do. */
interface Task {
  readonly port: number;
  readonly kind: "http1" | "http2" | "watch-http1" | "watch-http2";
}

if (process.send === undefined) await serve();
else process.on("message", (task: Task) => void work(task));

async function serve(): Promise<void> {
  const authority = await newAuthority();
  const pair = await authority.issue(leafOf("server", "server", []));
  const body = new Uint8Array(bodyBytes).fill(0x61);
  const queues = new Set<ChunkQueue>();
  const handle = async ({ target }: { readonly target: string }): Promise<HttpResponse> => {
    const headers = { "content-type": "application/json" };
    if (target !== "/watch") return { status: 200, headers, body };
    const queue = new ChunkQueue(queueBytesMax);
    queues.add(queue);
    return { status: 200, headers, body: queue };
  };
  await using server = await openHttpServer(
    { handler: handlerOf({ handle }), log: silentLogger },
    {
      local: { address: "127.0.0.1", port: 0 },
      identity: { ...pair, clientAuthorities: authority.certificate },
    },
  );
  const client = fork(import.meta.filename, { stdio: "inherit" });
  const { port } = server.local;
  for (const kind of ["http1", "http2"] as const) await measureRequests(client, { port, kind });
  for (const kind of ["watch-http1", "watch-http2"] as const) {
    queues.clear();
    await measureEvents(client, { port, kind }, queues);
  }
  client.disconnect();
}

async function measureRequests(client: ChildProcess, task: Task): Promise<void> {
  const cpu = process.cpuUsage();
  client.send(task);
  const [count] = await once(client, "message");
  const usage = process.cpuUsage(cpu);
  report(task.kind, "requests", { count: Number(count), elapsedMs: runMs, usage });
}

async function measureEvents(
  client: ChildProcess,
  task: Task,
  queues: ReadonlySet<ChunkQueue>,
): Promise<void> {
  client.send(task);
  await once(client, "message");
  const event = new Uint8Array(bodyBytes).fill(0x62);
  const residentBefore = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  for (let round = 0; round < eventRounds; round++) {
    for (const queue of queues) queue.push(event);
    // As after a commit: the next event comes in a later turn of the event loop.
    await new Promise(setImmediate);
  }
  for (const queue of queues) queue.end();
  await once(client, "message");
  const elapsedMs = performance.now() - startedMs;
  const count = watcherCount * eventRounds;
  report(task.kind, "events", { count, elapsedMs, usage: process.cpuUsage(cpu) });
  const grown = (process.memoryUsage().rss - residentBefore) / 1024 / 1024;
  console.log(`${" ".repeat(14)}resident memory grew by ${grown.toFixed(0)} MiB meanwhile`);
}

interface Measured {
  readonly count: number;
  readonly elapsedMs: number;
  readonly usage: NodeJS.CpuUsage;
}

function report(kind: string, unit: string, { count, elapsedMs, usage }: Measured): void {
  const perSecond = Math.round((count / elapsedMs) * 1000).toLocaleString("en");
  const cpuUs = ((usage.user + usage.system) / count).toFixed(1);
  console.log(`${kind.padEnd(14)}${perSecond} ${unit}/s, ${cpuUs} µs of server time each`);
}

async function work({ port, kind }: Task): Promise<void> {
  if (kind === "http1") process.send?.(await repeatHttp1(port));
  if (kind === "http2") process.send?.(await repeatHttp2(port));
  if (kind === "watch-http1") await watchHttp1(port);
  if (kind === "watch-http2") await watchHttp2(port);
}

async function repeatHttp1(port: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const count = await repeat(64, () => getHttp1(port, agent));
  agent.destroy();
  return count;
}

function getHttp1(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, agent, path: "/" }, (response) => {
      response.resume().on("end", resolve);
    })
      .on("error", reject)
      .end();
  });
}

async function repeatHttp2(port: number): Promise<number> {
  const sessions = Array.from({ length: 8 }, () => openSession(port));
  let turn = 0;
  const count = await repeat(128, () => {
    const session = sessions[turn++ % sessions.length];
    if (session === undefined) throw new Error("there is a session for each turn");
    return new Promise((resolve, reject) => {
      session.request({ ":path": "/" }).resume().on("error", reject).on("end", resolve);
    });
  });
  for (const session of sessions) session.destroy();
  return count;
}

/** Runs `once` again and again, `width` at a time, and counts. */
async function repeat(width: number, once: () => Promise<unknown>): Promise<number> {
  const endMs = performance.now() + runMs;
  let count = 0;
  const lane = async () => {
    for (; performance.now() < endMs; count++) await once();
  };
  await Promise.all(Array.from({ length: width }, lane));
  return count;
}

async function watchHttp1(port: number): Promise<void> {
  const agent = new Agent({ rejectUnauthorized: false });
  const ends: Promise<unknown>[] = [];
  for (let index = 0; index < watcherCount; index++) {
    await new Promise<void>((resolve, reject) => {
      request({ host: "127.0.0.1", port, agent, path: "/watch" }, (response) => {
        ends.push(once(response.resume(), "end"));
        resolve();
      })
        .on("error", reject)
        .end();
    });
  }
  process.send?.("watching");
  await Promise.all(ends);
  process.send?.("done");
}

async function watchHttp2(port: number): Promise<void> {
  const session = openSession(port);
  const ends: Promise<unknown>[] = [];
  for (let index = 0; index < watcherCount; index++) {
    const stream = session.request({ ":path": "/watch" });
    await once(stream, "response");
    ends.push(once(stream.resume(), "end"));
  }
  process.send?.("watching");
  await Promise.all(ends);
  process.send?.("done");
  session.destroy();
}

function openSession(port: number): ClientHttp2Session {
  const session = connect(`https://127.0.0.1:${port}`, {
    rejectUnauthorized: false,
    settings: { initialWindowSize: 4 * 1024 * 1024 },
  });
  session.once("connect", () => session.setLocalWindowSize(64 * 1024 * 1024));
  return session;
}
