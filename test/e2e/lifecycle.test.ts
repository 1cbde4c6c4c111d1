import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { bringUpCluster, missingKubectl, run, type TestCluster } from "./cluster.ts";

const missing = missingKubectl();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing === undefined) cluster = await bringUpCluster("--runtime", "simulated");
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("up brings a node to Ready and merges a context that kubectl uses", { skip }, async () => {
  const nodes = await cluster.kubectl("get", "nodes", "-o", "name");
  assert.equal(nodes, "node/node-1\n");
  const context = await cluster.kubectl("config", "current-context");
  assert.match(context, /^wherry-/);
});

test("status tells that everything is ready, and exits with 0", { skip }, async () => {
  const { status, stdout } = await cluster.wherry("status", "--output", "json");
  assert.equal(status, 0);
  const found = JSON.parse(stdout);
  assert.equal(found.isReady, true);
  assert.deepEqual(
    found.running.parts.map((part: { readonly name: string }) => part.name),
    ["server", "agents"],
  );
});

test("a second up changes nothing and says so", { skip }, async () => {
  const before = readFileSync(`${cluster.directory}/run/supervisor.json`, "utf8");
  const { status, stdout } = await cluster.wherry("up");
  assert.equal(status, 0);
  assert.match(stdout, /is already up at https:\/\/127\.0\.0\.1:/);
  assert.equal(readFileSync(`${cluster.directory}/run/supervisor.json`, "utf8"), before);
});

test("a taken port is told with who holds it", { skip }, async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const words = ["up", "--name", "other", "--data-dir", `${cluster.directory}/../other`];
  const up = await run(process.execPath, [
    "dist/bin.js",
    ...words,
    "--runtime",
    "simulated",
    "--port",
    String(port),
  ]);
  server.close();
  assert.equal(up.status, 1);
  assert.match(up.stderr, new RegExp(`port ${port} is held by .+ \\(pid ${process.pid}\\)`));
  assert.equal(existsSync(`${cluster.directory}/../other`), false);
});

test("a server that is killed is started again with everything it had", { skip }, async () => {
  await cluster.kubectl("create", "configmap", "kept", "--from-literal=a=b");
  await killServer();
  const value = await cluster.eventually(
    ["get", "configmap", "kept", "-o", "jsonpath={.data.a}"],
    (output) => output === "b",
  );
  assert.equal(value, "b");
});

test("the server that was killed holds the leases of controllers and scheduler at once", {
  skip,
}, async () => {
  const spec = ".spec.holderIdentity,.spec.leaseTransitions";
  const template = `custom-columns=:.metadata.name,:${spec.split(",").join(",:")}`;
  const read = () => cluster.kubectl("get", "leases", "-n", "kube-system", "-o", template);
  const before = await read();
  assert.match(before, /kube-controller-manager +(\S+) +0\nkube-scheduler +\1 +0\n$/);
  await killServer();
  await cluster.kubectl("create", "deployment", "prompt", "--image=any");
  // Well within the 15 s that another candidate would have to wait.
  await cluster.kubectl("rollout", "status", "deployment/prompt", "--timeout=10s");
  assert.equal(await read(), before);
});

test("clusters that are brought up at the same moment get ports of their own", {
  skip,
}, async () => {
  const others = await Promise.all(
    ["1", "2", "3"].map(() => bringUpCluster("--runtime", "simulated")),
  );
  const ports = others.map(({ directory }) => {
    return JSON.parse(readFileSync(`${directory}/cluster.json`, "utf8")).port;
  });
  for (const other of others) await other[Symbol.asyncDispose]();
  assert.equal(new Set(ports).size, 3, ports.join(" "));
});

test("up takes over what a killed supervisor left, and status tells the difference", {
  skip,
}, async () => {
  const file = `${cluster.directory}/run/supervisor.json`;
  const { pid, parts } = JSON.parse(readFileSync(file, "utf8"));
  process.kill(pid, "SIGKILL");
  const orphaned = await cluster.wherry("status");
  assert.equal(orphaned.status, 1);
  assert.match(
    orphaned.stdout,
    /has lost its supervisor.*still running: server \(pid \d+\), agents/,
  );
  const up = await cluster.wherry("up");
  assert.equal(up.status, 0, up.stderr);
  assert.equal(await cluster.kubectl("get", "--raw", "/readyz"), "ok");
  const running = processesWith(cluster.directory);
  assert.equal(running.length, 1 + parts.length, running.join("\n"));
});

test("a stopped cluster comes back as it was", { skip }, async () => {
  await cluster.kubectl("create", "configmap", "stays");
  const down = await cluster.wherry("down");
  assert.equal(down.status, 0, down.stderr);
  assert.equal(existsSync(`${cluster.directory}/run/supervisor.json`), false);
  const up = await cluster.wherry("up");
  assert.equal(up.status, 0, up.stderr);
  assert.equal(
    await cluster.kubectl("get", "configmap", "stays", "-o", "name"),
    "configmap/stays\n",
  );
  // Given back at each orderly end: by the parts that up took over above, and by down.
  const transitions = "{range .items[*]}{.metadata.name} {.spec.leaseTransitions}, {end}";
  const leases = ["get", "leases", "-n", "kube-system", "-o", `jsonpath=${transitions}`];
  assert.equal(
    await cluster.kubectl(...leases),
    "cluster-autoscaler 2, kube-controller-manager 2, kube-scheduler 2, ",
  );
});

test("files belong to their owner alone", { skip }, async () => {
  const { stdout } = await run("find", [cluster.directory, "-perm", "/077", "-not", "-type", "l"]);
  assert.equal(stdout, "");
});

test("down --purge leaves no file, process or context", { skip }, async () => {
  const down = await cluster.wherry("down", "--purge");
  assert.equal(down.status, 0, down.stderr);
  assert.equal(existsSync(cluster.directory), false);
  assert.equal(existsSync(cluster.kubeconfig), false);
  assert.deepEqual(processesWith(cluster.directory), []);
});

/** Resolves when the next server is there. */
async function killServer(): Promise<void> {
  const state = JSON.parse(readFileSync(`${cluster.directory}/run/supervisor.json`, "utf8"));
  process.kill(state.parts[0].pid, "SIGKILL");
  await cluster.eventually(["get", "--raw", "/readyz"], (output) => output === "ok");
}

/** Command lines of running processes that name `text`. */
function processesWith(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && existsSync(`/proc/${entry}/cmdline`))
    .map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8"))
    .filter((line) => line.includes(text));
}
