/** Pods that get another size while they run: as kubectl asks, as the kernel has it, as autoscalers do. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { after, before, test } from "node:test";
import { bringUpCluster, loadExamples, missingForContainers, type TestCluster } from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster();
  await loadExamples(cluster, ["hello", "toolbox"]);
  await cluster.kubectlWith(pods, "apply", "-f", "-");
  await cluster.kubectl("wait", "pod", "--all", "--for=condition=Ready", "--timeout=60s");
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("a pod gets more and less while it runs, and the kernel knows", { skip }, async () => {
  const id = await containerIdOf("web");
  assert.equal(await limitsOf("web"), "100m 64Mi");
  await resize("web", { requests: { cpu: "200m" }, limits: { cpu: "300m", memory: "96Mi" } });
  await settled("web", "300m 96Mi");
  assert.equal(await containerIdOf("web"), id);
  assert.deepEqual(await kernelLimitsOf("web"), { quotaMicros: 30_000, bytes: 96 * 1024 * 1024 });

  await resize("web", { requests: { cpu: "50m" }, limits: { cpu: "150m", memory: "48Mi" } });
  await settled("web", "150m 48Mi");
  assert.equal(await containerIdOf("web"), id);
  assert.deepEqual(await kernelLimitsOf("web"), { quotaMicros: 15_000, bytes: 48 * 1024 * 1024 });
  const status = await cluster.kubectl("get", "pod", "web", "-o", "json");
  const { metadata, status: told } = JSON.parse(status);
  assert.deepEqual(
    [
      metadata.generation,
      told.observedGeneration,
      told.containerStatuses[0].restartCount,
      told.containerStatuses[0].allocatedResources,
    ],
    [3, 3, 0, { cpu: "50m", memory: "16Mi" }],
  );
  const events = await eventsOf("web");
  assert.match(events, /ResizeStarted .*Pod resize started: \{"containers":\[\{"name":"app"/);
  assert.match(events, /ResizeCompleted .*"generation":3\}/);
});

test("a limit below what is used stays away, and says so", { skip }, async () => {
  await resize("web", { requests: { memory: "1Mi" }, limits: { memory: "1Mi" } });
  const told = await cluster.eventually(conditionsOf("web"), (text) => text.includes("Error"));
  assert.match(
    told,
    /PodResizeInProgress Error cannot decrease memory limits: .*attempting to set container "app" memory limit \(1048576\) below current usage \(\d+\)/,
  );
  assert.equal(await limitsOf("web"), "150m 48Mi");
  await resize("web", { requests: { memory: "16Mi" }, limits: { memory: "48Mi" } });
  await settled("web", "150m 48Mi");
});

test("memory may want a restart, which other resources do not", { skip }, async () => {
  const id = await containerIdOf("careful");
  await resize("careful", { limits: { cpu: "200m", memory: "64Mi" } });
  await settled("careful", "200m 64Mi");
  assert.equal(await containerIdOf("careful"), id);
  await resize("careful", { limits: { cpu: "200m", memory: "80Mi" } });
  await settled("careful", "200m 80Mi");
  assert.notEqual(await containerIdOf("careful"), id);
  assert.match(await eventsOf("careful"), /Killing .*Container app resize requires restart/);
});

test("what the node has no room for is deferred; what it never has is refused", {
  skip,
}, async () => {
  const tooMuch = await tryResize("web", { requests: { cpu: "1000" }, limits: { cpu: "1000" } });
  assert.match(
    tooMuch.stderr,
    /pods "web" is forbidden: node didn't have enough allocatable resources: cpu, requested: 1000000, allocatable: \d+/,
  );
  const path = "jsonpath={.status.allocatable.cpu}";
  const allocatable = await cluster.kubectl("get", "node", "node-1", "-o", path);
  const all = `${Number(allocatable)}`;
  await resize("web", { requests: { cpu: all }, limits: { cpu: all, memory: "48Mi" } });
  const told = await cluster.eventually(conditionsOf("web"), (text) => text.includes("Deferred"));
  assert.match(
    told,
    /PodResizePending Deferred Node didn't have enough resource: cpu, requested: /,
  );
  assert.equal(await limitsOf("web"), "150m 48Mi");
  await resize("web", { requests: { cpu: "60m" }, limits: { cpu: "160m", memory: "48Mi" } });
  await settled("web", "160m 48Mi");
});

test("what may not change is refused in upstream's words", { skip }, async () => {
  for (const [resources, why] of [
    [{ limits: { memory: null } }, "resource limits cannot be removed"],
    [{ requests: { "ephemeral-storage": "1Gi" } }, "only cpu and memory resources are mutable"],
  ] as const) {
    const refused = await tryResize("web", resources);
    assert.match(refused.stderr, new RegExp(why));
  }
  const best = await tryResize("best", { requests: { cpu: "100m" } });
  assert.match(best.stderr, /Pod QOS Class may not change as a result of resizing/);
});

test("kubectl applies a size, too", { skip }, async () => {
  const wanted = { name: "app", resources: { requests: { cpu: "70m" } } };
  const applied = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web" },
    spec: { containers: [wanted] },
  };
  const words = ["apply", "--server-side", "--force-conflicts", "--subresource=resize", "-f", "-"];
  await cluster.kubectlWith(JSON.stringify(applied), ...words);
  await cluster.eventually(requestOf("web"), (text) => text === "70m");
});

test("quotas count a resize", { skip }, async () => {
  const quota = ["create", "quota", "small", "--hard=requests.cpu=500m"];
  await cluster.kubectl(...quota);
  await cluster.eventually(
    ["get", "quota", "small", "-o", "jsonpath={.status.used.requests\\.cpu}"],
    (text) => text !== "",
  );
  const refused = await tryResize("web", { requests: { cpu: "900m" }, limits: { cpu: "1" } });
  assert.match(refused.stderr, /exceeded quota: small, requested: requests.cpu=/);
  await cluster.kubectl("delete", "quota", "small");
});

test("an agent that comes back repeats no resize, and forgets none", { skip }, async () => {
  const ids = await Promise.all(["web", "careful"].map(containerIdOf));
  const { parts } = JSON.parse(readFileSync(`${cluster.directory}/run/supervisor.json`, "utf8"));
  const agent = parts.find(({ name }: { readonly name: string }) => name === "agent-node-1");
  process.kill(agent.pid, "SIGKILL");
  await resize("careful", { limits: { cpu: "250m" } });
  await settled("careful", "250m 80Mi");
  assert.deepEqual(await Promise.all(["web", "careful"].map(containerIdOf)), ids);
});

test("a vertical autoscaler gives pods that burn more while they run", { skip }, async () => {
  await cluster.kubectlWith(burning, "apply", "-f", "-");
  await cluster.kubectl("rollout", "status", "deployment/burner", "--timeout=60s");
  const podsOf = (path: string) =>
    ["get", "pods", "-l", "app=burner", "-o", `jsonpath={.items[*]${path}}`] as const;
  const ids = ".status.containerStatuses[0].containerID";
  const before = await cluster.kubectl(...podsOf(ids));
  await cluster.eventually(
    ["top", "pods", "-l", "app=burner", "--no-headers"],
    (text) => text.trim().split("\n").length === 2,
  );
  await cluster.kubectlWith(vertical, "apply", "-f", "-");
  await cluster.eventually(
    ["get", "vpa", "burner", "--no-headers"],
    (text) => / True /.test(text) && text.includes("InPlaceOrRecreate"),
  );
  const requests = podsOf(".status.containerStatuses[0].resources.requests.cpu");
  const grown = await cluster.eventually(requests, (text) => text.includes("200m"));
  assert.match(grown, /^(200m 50m|50m 200m|200m 200m)$/);
  assert.equal(await cluster.kubectl(...podsOf(ids)), before);
  const events = await cluster.kubectl("get", "events", "-o", "jsonpath={.items[*].reason}");
  assert.match(events, /InPlaceResizedByVPA/);
  assert.match(events, /ResizeCompleted/);
});

async function limitsOf(name: string): Promise<string> {
  return cluster.kubectl(...limitsQuery(name));
}

/** What the container may use, as its status has it. */
function limitsQuery(name: string): readonly string[] {
  const path = "{.status.containerStatuses[0].resources.limits";
  return ["get", "pod", name, "-o", `jsonpath=${path}.cpu} ${path}.memory}`];
}

async function settled(name: string, limits: string): Promise<void> {
  await cluster.eventually(limitsQuery(name), (text) => text === limits);
  await cluster.eventually(conditionsOf(name), (text) => !text.includes("PodResize"));
  await cluster.kubectl("wait", "pod", name, "--for=condition=Ready", "--timeout=60s");
}

function conditionsOf(name: string): readonly string[] {
  const each = '{range .status.conditions[*]}{.type} {.reason} {.message}{"\\n"}{end}';
  return ["get", "pod", name, "-o", `jsonpath=${each}`];
}

function requestOf(name: string): readonly string[] {
  const path = "{.status.containerStatuses[0].resources.requests.cpu}";
  return ["get", "pod", name, "-o", `jsonpath=${path}`];
}

async function containerIdOf(name: string): Promise<string> {
  const path = "{.status.containerStatuses[0].containerID}";
  return cluster.kubectl("get", "pod", name, "-o", `jsonpath=${path}`);
}

async function eventsOf(name: string): Promise<string> {
  const each = '{range .items[*]}{.reason} {.message}{"\\n"}{end}';
  const words = ["get", "events", "--field-selector", `involvedObject.name=${name}`];
  return cluster.kubectl(...words, "-o", `jsonpath=${each}`);
}

async function resize(name: string, resources: object): Promise<void> {
  const { status, stderr } = await tryResize(name, resources);
  assert.equal(status, 0, stderr);
}

function tryResize(name: string, resources: object) {
  const patch = JSON.stringify({ spec: { containers: [{ name: "app", resources }] } });
  return cluster.tryKubectl("patch", "pod", name, "--subresource=resize", "--patch", patch);
}

/** What the kernel lets the container use, by the files of its cgroup. */
async function kernelLimitsOf(name: string) {
  const isUnified = existsSync("/sys/fs/cgroup/cgroup.controllers");
  const [cpu, memory] = isUnified
    ? ["cpu.max", "memory.max"]
    : ["cpu/cpu.cfs_quota_us", "memory/memory.limit_in_bytes"];
  const files = [cpu, memory].map((file) => `/sys/fs/cgroup/${file}`);
  const told = await cluster.kubectl("exec", name, "--", "perl", "-pe", "1", ...files);
  const [quota = "", limit = ""] = told.split("\n");
  return { quotaMicros: Number(quota.split(" ")[0]), bytes: Number(limit) };
}

const pods = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: app
      image: hello:1
      resources:
        requests: {cpu: 50m, memory: 16Mi}
        limits: {cpu: 100m, memory: 64Mi}
---
apiVersion: v1
kind: Pod
metadata: {name: careful}
spec:
  containers:
    - name: app
      image: hello:1
      resizePolicy:
        - {resourceName: memory, restartPolicy: RestartContainer}
      resources:
        requests: {cpu: 50m, memory: 16Mi}
        limits: {cpu: 100m, memory: 64Mi}
---
apiVersion: v1
kind: Pod
metadata: {name: best}
spec:
  containers: [{name: app, image: "hello:1"}]
`;

const burning = `apiVersion: apps/v1
kind: Deployment
metadata: {name: burner}
spec:
  replicas: 2
  selector: {matchLabels: {app: burner}}
  template:
    metadata: {labels: {app: burner}}
    spec:
      containers:
        - name: app
          image: toolbox:1
          command: [sh, -c, "while true; do :; done"]
          resources:
            requests: {cpu: 50m, memory: 16Mi}
            limits: {cpu: 100m, memory: 64Mi}
`;

const vertical = `apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: burner}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: burner}
  updatePolicy: {updateMode: InPlaceOrRecreate}
  resourcePolicy:
    containerPolicies:
      - {containerName: app, controlledResources: [cpu], minAllowed: {cpu: 200m}}
`;
