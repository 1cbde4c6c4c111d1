import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "#api/core/v1";
import { type HttpResponse, type ReceivedRequest, silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { collect } from "#http";
import type { NodeStats } from "../stats/node-stats.ts";
import { runtimeOf } from "../testing.ts";
import { type AccessDecision, certificateAuthorizer, nodeAccessOf } from "./authorizer.ts";
import { createEndpoint, type MetricsPage } from "./endpoint.ts";
import { getLoggedContainer } from "./pod-containers.ts";

const allowed: AccessDecision = { kind: "allowed" };

const answers: readonly (readonly [string, AccessDecision, string])[] = [
  ["GET /healthz", allowed, "200 ok"],
  ["GET /healthz/ping", allowed, "200 ok"],
  ["GET /metrics", allowed, "200 up 1\n"],
  ["GET /metrics/node", allowed, "200 node_load1 1\n"],
  ["GET /metrics/none", allowed, "404 the server could not find the requested resource\n"],
  ["GET /healthz", { kind: "unauthenticated" }, "401 Unauthorized\n"],
  [
    "GET /containerLogs/default/web/main",
    { kind: "forbidden", user: "mallory" },
    "403 Forbidden (user=mallory, verb=get, resource=nodes, subresource=proxy)\n",
  ],
  ["GET /containerLogs/default/web/main", allowed, "200 hello\n"],
  [
    "GET /containerLogs/default/web/main?tailLines=-1",
    allowed,
    "422 tailLines: Invalid value: -1: must be greater than -1\n",
  ],
  [
    "GET /containerLogs/default/web/main?sinceSeconds=x",
    allowed,
    "400 sinceSeconds is not an integer\n",
  ],
  [
    "GET /containerLogs/default/web/main?previous=true",
    allowed,
    '400 previous terminated container "main" in pod "web" not found\n',
  ],
  ["GET /containerLogs/default/web/db", allowed, '404 container "db" not found in pod "web"\n'],
  ["GET /containerLogs/default/api/main", allowed, "404 pod does not exist\n"],
  ["GET /nothing", allowed, "404 the server could not find the requested resource\n"],
  ["POST /pods", allowed, "405 the server does not allow this method on the requested resource\n"],
];

for (const [line, decision, want] of answers) {
  test(`${line} of one who is ${decision.kind} gives ${want.slice(0, 3)}`, async () => {
    const [method = "", target = ""] = line.split(" ");
    const response = await endpointOf(decision).handle(requestOf(method, target), signal());
    assert.equal(await show(response), want);
  });
}

test("the pods of the node are a list", async () => {
  const response = await endpointOf(allowed).handle(requestOf("GET", "/pods"), signal());
  const { kind, items } = JSON.parse((await show(response)).slice(4));
  assert.deepEqual([kind, items.length, items[0].metadata.name], ["PodList", 1, "web"]);
});

const refusedUpgrades: readonly (readonly [string, Record<string, string>, string])[] = [
  [
    "/exec/default/web/main?command=sh&output=1",
    webSocket("v9.channel.k8s.io"),
    "400 unable to upgrade: of the WebSocket protocols only v5.channel.k8s.io",
  ],
  ["/exec/default/web/main?command=sh&output=1", { upgrade: "h2c" }, "400 unable to upgrade: only"],
  ["/portForward/default/web?port=0", { upgrade: "SPDY/3.1" }, '400 "0" is not a port'],
  ["/portForward/default/web?port=80", { upgrade: "SPDY/3.1" }, "404 the pod is not running"],
  ["/exec/default/web/main?output=1", { upgrade: "SPDY/3.1" }, "400 you must specify a command"],
  ["/exec/default/web/main?command=sh", { upgrade: "SPDY/3.1" }, "400 you must specify at least 1"],
  [
    "/exec/default/web/db?command=sh&input=1",
    { upgrade: "SPDY/3.1" },
    '404 container not found ("db")',
  ],
  ["/exec/default/web/uid-2/main?command=sh&input=1", { upgrade: "SPDY/3.1" }, "404 pod does not"],
];

for (const [target, headers, want] of refusedUpgrades) {
  test(`an upgrade of ${target} to ${headers["upgrade"]} is refused: ${want}`, async () => {
    const result = await endpointOf(allowed).upgrade(requestOf("GET", target, headers), signal());
    assert.equal(result.kind, "refused");
    assert.equal((await show(result.response)).slice(0, want.length), want);
  });
}

// Statuses of a container as "state, last state", each a word and the id it left behind.
const logged: readonly (readonly [string, "latest" | "previous", string])[] = [
  ["running a, none", "latest", "a"],
  ["running b, terminated a", "previous", "a"],
  ["terminated a, none", "latest", "a"],
  ["waiting CrashLoopBackOff, terminated a", "latest", "a"],
  ["waiting ContainerCreating, none", "latest", "is waiting to start: ContainerCreating"],
  ["waiting ErrImagePull, none", "latest", "is waiting to start: image can't be pulled"],
  [
    "waiting ImagePullBackOff, none",
    "latest",
    "is waiting to start: trying and failing to pull image",
  ],
  ["none, none", "latest", "is waiting to start - no logs yet"],
  ["terminated, none", "latest", "is terminated"],
];

for (const [statuses, which, want] of logged) {
  test(`the ${which} log of [${statuses}] is ${want}`, () => {
    const answer = () => getLoggedContainer(podOf(statuses), "main", which);
    if (!want.startsWith("is ")) assert.equal(answer(), want);
    else assert.throws(answer, { message: `container "main" in pod "web" ${want}` });
  });
}

test("what a request may do is named as upstream's roles name it", () => {
  const accesses = ["GET metrics", "GET stats", "POST exec", "GET containerLogs", "GET logs"];
  const shown = accesses.map((line) => {
    const [method = "", segment = ""] = line.split(" ");
    const { verb, subresource } = nodeAccessOf(method, [segment]);
    return `${verb} ${subresource}`;
  });
  assert.deepEqual(shown, ["get metrics", "get stats", "create proxy", "get proxy", "get log"]);
});

test("certificates open what is theirs: the API server's all, the monitor's the metrics", async () => {
  const authorizer = certificateAuthorizer({ server: "server", monitor: "monitor" });
  const decide = async (commonName: string | undefined, segment: string) => {
    const certificate =
      commonName === undefined
        ? undefined
        : { commonName, organizations: [], notAfterMs: 0, fingerprint: "" };
    const request = {
      ...requestOf("GET", `/${segment}`),
      peer: { address: undefined, certificate },
    };
    return (await authorizer.decide(request, nodeAccessOf("GET", [segment]), signal())).kind;
  };
  const cases = [
    ["server", "pods", "allowed"],
    ["monitor", "metrics", "allowed"],
    ["monitor", "pods", "forbidden"],
    ["system:node:node-1", "metrics", "forbidden"],
    [undefined, "metrics", "unauthenticated"],
  ] as const;
  for (const [name, segment, wanted] of cases) {
    assert.equal(await decide(name, segment), wanted, `${name} ${segment}`);
  }
});

function endpointOf(decision: AccessDecision) {
  const log = "2026-01-01T00:00:01Z stdout F hello\n";
  const bytes = new TextEncoder().encode(log);
  return createEndpoint({
    authorizer: { decide: async () => decision },
    pods: {
      list: () => [podOf("running a, none")],
      find: (_, name) => (name === "web" ? podOf("running a, none") : undefined),
    },
    runtime: runtimeOf({ containers: [{ id: "a", logPath: "/logs/0.log" }] }),
    stats: { collect: async (): Promise<NodeStats> => Promise.reject(new Error("not asked for")) },
    metricsPages: new Map([
      ["/metrics", pageOf("up 1\n")],
      ["/metrics/node", pageOf("node_load1 1\n")],
    ]),
    disk: {
      findFacts: async () => undefined,
      listDirectory: async () => [],
      readRange: async (_, offset, length) => bytes.subarray(offset, offset + length),
      watch: () => ({ [Symbol.dispose]: () => {} }),
    },
    clock: new VirtualClock(),
    dialer: { connectTcp: async () => Promise.reject(new Error("nobody listens")) },
    logger: silentLogger,
  });
}

function podOf(statuses: string): Pod {
  const [state, lastState] = statuses.split(", ").map((text) => {
    const [word = "", rest = ""] = text.split(" ");
    if (word === "running") return { running: {} };
    if (word === "waiting") return { waiting: { reason: rest } };
    const containerID = rest === "" ? {} : { containerID: `containerd://${rest}` };
    return word === "terminated" ? { terminated: { exitCode: 1, ...containerID } } : {};
  });
  const id = /running (\w+)/.exec(statuses)?.[1];
  const status = {
    name: "main",
    ready: false,
    restartCount: 0,
    image: "",
    imageID: "",
    ...(state === undefined ? {} : { state }),
    ...(lastState === undefined ? {} : { lastState }),
    ...(id === undefined ? {} : { containerID: `containerd://${id}` }),
  };
  return {
    metadata: { name: "web", namespace: "default", uid: "uid-1" },
    spec: { containers: [{ name: "main" }] },
    status: { containerStatuses: [status] },
  };
}

function requestOf(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): ReceivedRequest {
  const peer = { address: undefined, certificate: undefined };
  return { method, target, headers, body: undefined, peer };
}

function webSocket(protocol: string): Record<string, string> {
  return { upgrade: "websocket", "sec-websocket-protocol": protocol };
}

async function show({ status, body }: HttpResponse): Promise<string> {
  const bytes =
    body === undefined
      ? new Uint8Array(0)
      : await collect(body, 1_000_000, () => new Error("too long"));
  return `${status} ${new TextDecoder().decode(bytes)}`;
}

function signal(): AbortSignal {
  return new AbortController().signal;
}

function pageOf(text: string): MetricsPage {
  return async () => ({ contentType: "text/plain", body: new TextEncoder().encode(text) });
}
