/** Node groups as the real kubectl sees them: nodes come when pods need them, and go when nobody does. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bringUpCluster, missingKubectl, type TestCluster } from "./cluster.ts";

const missing = missingKubectl();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  const group = "name=small,min=1,max=6,cpu=4,memory=8Gi,label=pool=small,startup=1s";
  const impatient = "unneeded=5s,delay-after-add=5s";
  const flags = ["--runtime", "simulated", "--nodes", "0", "--monitor-port", "0"];
  cluster = await bringUpCluster(...flags, "--node-group", `${group},${impatient}`);
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("twenty pods that do not fit grow the group, and fewer shrink it", { skip }, async () => {
  await cluster.kubectlWith(web, "apply", "-f", "-");
  await cluster.kubectl("rollout", "status", "deployment/web", "--timeout=60s");
  const nodes = ["get", "nodes", "-l", "pool=small", "--no-headers"];
  const grown = await cluster.kubectl(...nodes);
  assert.equal(grown.match(/^small-\w{5} +Ready /gm)?.length, 5);
  const events = await cluster.kubectl("get", "events", "--no-headers");
  assert.match(
    events,
    /TriggeredScaleUp .* pod triggered scale-up: \[\{small \d->\d \(max: 6\)\}\]/,
  );

  await cluster.kubectl("scale", "deployment", "web", "--replicas=3");
  await cluster.eventually(nodes, (text) => text.trim().split("\n").length === 1);
  await cluster.kubectl("rollout", "status", "deployment/web", "--timeout=60s");
  const listed = await cluster.eventually(["get", "nodegroups", "--no-headers"], (text) =>
    / 1 +6 +1 +1 +/.test(text),
  );
  assert.match(listed, /^small +1 +6 +1 +1 +0 +4 +8Gi +True /);
});

test("what was decided, and what is, can be read", { skip }, async () => {
  const decisions = await cluster.kubectl("get", "nodescalingdecisions", "--no-headers");
  assert.match(decisions, / small +\d +5 +grown +\d more nodes? for \d+ pods? that had none /);
  assert.match(decisions, / small +\d +1 +shrunk +unneeded for \d+s: /);
  const key = ["configmap", "cluster-autoscaler-status", "-n", "kube-system"];
  const status = await cluster.kubectl("get", ...key, "-o", "jsonpath={.data.status}");
  assert.match(status, /^time: .*\nautoscalerStatus: Running\n/);
  assert.match(status, /cloudProviderTarget: 1\n {4}minSize: 1\n {4}maxSize: 6\n/);
  const told = await cluster.kubectl("describe", ...key);
  assert.match(
    told,
    /ScaledUpGroup .*Scale-up: group small size set to \d instead of \d \(max: 6\)/,
  );
  assert.match(told, /ScaleDown(?:Empty)? .*removed/);
});

test("a pod that no group helps says so; without its group a node is gone", { skip }, async () => {
  const request =
    '{"spec":{"containers":[{"name":"x","image":"x","resources":{"requests":{"cpu":"9"}}}]}}';
  await cluster.kubectl("run", "x", "--image=x", `--overrides=${request}`);
  await cluster.eventually(["describe", "pod", "x"], (text) =>
    text.includes("pod didn't trigger scale-up: 1 Insufficient cpu"),
  );
  await cluster.kubectl("delete", "nodegroup", "small");
  await cluster.eventually(["get", "nodes", "-o", "name"], (text) => text === "");
});

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 20
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: web, image: web, resources: {requests: {cpu: 900m}}}]
`;
