/**
 * What the request path costs, in process and on a store in memory: gets, lists of 10,000 pods plain
 * and selected, creates, and events to 1,000 watchers. Prints one line of JSON for each.
 *
 *   node benchmarks/apiserver.ts [pods] [watchers]
 */
import type { Body } from "#base";
import { realClock, systemRandom } from "#host";
import { openTestApiServer } from "#apiserver/testing";

const podCount = Number(process.argv[2] ?? 10_000);
const watcherCount = Number(process.argv[3] ?? 1_000);
const measureMs = 2_000;
const podsPath = "/api/v1/namespaces/default/pods";
const signal = new AbortController().signal;
const json = "application/json";

await using api = await openTestApiServer({ clock: realClock, random: systemRandom });
const { transport } = api;

await measureCreates();
await measure("gets", async (index) => call("GET", `${podsPath}/pod-${index % podCount}`));
await measure("gets as protobuf only", async (index) =>
  call(
    "GET",
    `${podsPath}/pod-${index % podCount}`,
    undefined,
    "application/vnd.kubernetes.protobuf",
  ),
);
await measure(`lists of ${podCount} pods`, async () => call("GET", "/api/v1/pods"));
await measure(`lists of ${podCount} pods in pages of 500`, listInPages);
await measure("lists by label, 1 % selected", async (index) =>
  call("GET", `/api/v1/pods?labelSelector=app%3Dweb-${index % 100}`),
);
await measure(`tables of ${podCount} pods`, async () =>
  call("GET", "/api/v1/pods", undefined, "application/json;as=Table;v=v1;g=meta.k8s.io"),
);
await measure("status patches", async (index) =>
  call("PATCH", `${podsPath}/pod-${index % podCount}/status`, {
    status: { message: `${index}` },
  }),
);
await measureFanOut();
const { rss, heapUsed, external } = process.memoryUsage();
report("memory", { residentMb: mb(rss), heapMb: mb(heapUsed), externalMb: mb(external) });

async function measureCreates(): Promise<void> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const batch = 64;
  for (let first = 0; first < podCount; first += batch) {
    const some = Array.from({ length: Math.min(batch, podCount - first) }, (_, i) => first + i);
    await Promise.all(some.map((index) => call("POST", podsPath, podOf(index))));
  }
  const seconds = (performance.now() - start) / 1_000;
  report("creates", {
    perSecond: Math.round(podCount / seconds),
    cpuMilliseconds: round(cpuMillisecondsSince(cpu) / podCount),
  });
}

async function measure(name: string, act: (index: number) => Promise<number>): Promise<void> {
  await act(0);
  const start = performance.now();
  const cpu = process.cpuUsage();
  let count = 0;
  let bytes = 0;
  while (performance.now() - start < measureMs) bytes += await act(count++);
  const seconds = (performance.now() - start) / 1_000;
  report(name, {
    perSecond: round(count / seconds),
    milliseconds: round((seconds * 1_000) / count),
    cpuMilliseconds: round(cpuMillisecondsSince(cpu) / count),
    megabytesPerSecond: round(bytes / seconds / 1e6),
  });
}

async function listInPages(): Promise<number> {
  let bytes = 0;
  let token = "";
  while (true) {
    const query = token === "" ? "limit=500" : `limit=500&continue=${token}`;
    const target = `/api/v1/pods?${query}`;
    const { body } = await send({ method: "GET", target, body: undefined, accept: json });
    const text = new TextDecoder().decode(await gathered(body));
    bytes += text.length;
    token = /"continue":"([^"]*)"/.exec(text.slice(0, 500))?.[1] ?? "";
    if (token === "") return bytes;
  }
}

/** Each change of a pod has to reach every watcher. */
async function measureFanOut(): Promise<void> {
  const stop = new AbortController();
  const changeCount = 200;
  let received = 0;
  const done = Promise.withResolvers<void>();
  const want = watcherCount * changeCount;
  for (let index = 0; index < watcherCount; index++) {
    const request = {
      method: "GET",
      target: `${podsPath}?watch=1&resourceVersion=${api.store.revision}`,
    };
    const { body } = await transport.send(
      { ...request, headers: {}, body: undefined },
      stop.signal,
    );
    void follow(body, (events) => {
      received += events;
      if (received >= want) done.resolve();
    });
  }
  const start = performance.now();
  const cpu = process.cpuUsage();
  for (let change = 0; change < changeCount; change++) {
    await call("PATCH", `${podsPath}/pod-${change}`, {
      metadata: { annotations: { n: `${change}` } },
    });
  }
  await done.promise;
  const seconds = (performance.now() - start) / 1_000;
  stop.abort();
  report(`events to ${watcherCount} watchers`, {
    perSecond: Math.round(want / seconds),
    cpuMicroseconds: round((cpuMillisecondsSince(cpu) * 1_000) / want),
  });
}

async function follow(body: Body | undefined, count: (events: number) => void): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) return;
  for await (const chunk of body) {
    let events = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) events++;
    count(events);
  }
}

async function call(
  method: string,
  target: string,
  body?: object,
  accept: string = json,
): Promise<number> {
  const response = await send({ method, target, body, accept });
  if (response.status >= 300) throw new Error(`${method} ${target}: ${response.status}`);
  return (await gathered(response.body)).length;
}

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly body: object | undefined;
  readonly accept: string;
}

function send({ method, target, body, accept }: Sent) {
  const type = method === "PATCH" ? "application/merge-patch+json" : json;
  const encoded = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
  const headers = { "content-type": type, accept, "user-agent": "benchmark/1" };
  return transport.send({ method, target, headers, body: encoded }, signal);
}

async function gathered(body: Body | undefined): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function podOf(index: number): object {
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
    metadata: { name: `pod-${index}`, labels: { app: `web-${index % 100}` } },
    spec: { nodeName: `node-${index % 50}`, containers: [container] },
  };
}

/** What the figures would be on a machine with nothing else to do. */
function cpuMillisecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function report(name: string, figures: Readonly<Record<string, number>>): void {
  console.log(JSON.stringify({ name, ...figures }));
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

function mb(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
