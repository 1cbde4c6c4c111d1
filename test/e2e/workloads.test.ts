/** StatefulSets, DaemonSets and Jobs as the real kubectl sees them; containers are simulated. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { bringUpCluster, missingKubectl, type TestCluster } from "./cluster.ts";

const missing = missingKubectl();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing === undefined) cluster = await bringUpCluster("--runtime", "simulated");
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

for (const kind of ["statefulset", "daemonset"] as const) {
  test(`kubectl rolls a ${kind} out and back`, { skip }, async () => {
    const target = `${kind}/web`;
    await cluster.kubectlWith(workload(kind), "apply", "-f", "-");
    await cluster.kubectl("rollout", "status", target, "--timeout=60s");
    await cluster.kubectl("set", "image", target, "app=web:2");
    await cluster.kubectl("rollout", "status", target, "--timeout=60s");
    const history = await cluster.kubectl("rollout", "history", target);
    assert.deepEqual([...history.matchAll(/^\d+/gm)].map(String), ["1", "2"]);

    await cluster.kubectl("rollout", "undo", target);
    await cluster.kubectl("rollout", "status", target, "--timeout=60s");
    const image = "jsonpath={.items[*].spec.containers[*].image}";
    const images = await cluster.kubectl("get", "pods", "-l", `kind=${kind}`, "-o", image);
    assert.deepEqual(new Set(images.split(" ")), new Set(["web:1"]));
  });
}

function workload(kind: "statefulset" | "daemonset"): string {
  const labels = `{app: web, kind: ${kind}}`;
  return `apiVersion: apps/v1
kind: ${kind === "statefulset" ? "StatefulSet" : "DaemonSet"}
metadata: {name: web}
spec:
  selector: {matchLabels: ${labels}}
  template:
    metadata: {labels: ${labels}}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: app, image: "web:1"}]
`;
}

test("a claim stays while a pod uses it, and its directory goes with it", { skip }, async () => {
  await cluster.kubectlWith(stored, "apply", "-f", "-");
  await cluster.kubectl("wait", "--for=condition=Ready", "pod/keeper", "--timeout=60s");
  await cluster.kubectl("delete", "pvc", "kept", "--wait=false");
  const described = await cluster.kubectl("describe", "pvc", "kept");
  assert.match(described, /^Status: +Terminating/m);
  assert.match(described, /^Finalizers: +\[kubernetes.io\/pvc-protection\]$/m);
  const volume = await cluster.kubectl("get", "pvc", "kept", "-o", "jsonpath={.spec.volumeName}");
  const directory = `${cluster.directory}/nodes/node-1/volumes/${volume}`;
  assert.equal(existsSync(directory), true);

  await cluster.kubectl("delete", "pod", "keeper", "--grace-period=0");
  await cluster.kubectl("wait", "--for=delete", "pvc/kept", `pv/${volume}`, "--timeout=30s");
  assert.equal(existsSync(directory), false);
});

const stored = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: kept}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: keeper}
spec:
  containers: [{name: app, image: "web:1", volumeMounts: [{name: data, mountPath: /data}]}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: kept}}]
`;

test("kubectl waits for a Job to end, one way or the other", { skip }, async () => {
  await cluster.kubectlWith(job("once", 0), "create", "-f", "-");
  await cluster.kubectl("wait", "--for=condition=complete", "job/once", "--timeout=60s");
  const succeeded = await cluster.kubectl(
    "get",
    "job",
    "once",
    "-o",
    "jsonpath={.status.succeeded}",
  );
  assert.equal(succeeded, "3");
  const indexes = "jsonpath={.status.completedIndexes}";
  assert.equal(await cluster.kubectl("get", "job", "once", "-o", indexes), "0-2");

  await cluster.kubectlWith(job("never", 1), "create", "-f", "-");
  await cluster.kubectl("wait", "--for=condition=failed", "job/never", "--timeout=60s");
  const reason = "jsonpath={.status.conditions[?(@.type=='Failed')].reason}";
  assert.equal(await cluster.kubectl("get", "job", "never", "-o", reason), "BackoffLimitExceeded");
});

function job(name: string, exitCode: number): string {
  return `apiVersion: batch/v1
kind: Job
metadata: {name: ${name}}
spec:
  completions: 3
  parallelism: 2
  completionMode: Indexed
  backoffLimit: 0
  template:
    metadata:
      annotations: {simulated.wherry/run-seconds: "0.2", simulated.wherry/exit-code: "${exitCode}"}
    spec:
      restartPolicy: Never
      containers: [{name: app, image: "work:1"}]
`;
}

test("kubectl starts a Job from a CronJob by hand", { skip }, async () => {
  const cronJob = ["cronjob", "tick", "--image=work:1", "--schedule=0 0 1 1 *"];
  await cluster.kubectl("create", ...cronJob);
  await cluster.kubectl("create", "job", "now", "--from=cronjob/tick");
  const active = ["get", "job", "now", "-o", "jsonpath={.status.active}"];
  assert.equal(await cluster.eventually(active, (output) => output === "1"), "1");
});

test("a drain respects the budget of a StatefulSet's pods", { skip }, async () => {
  await cluster.kubectl("create", "pdb", "web", "--selector=kind=statefulset", "--min-available=1");
  const allowed = ["get", "pdb", "web", "-o", "jsonpath={.status.disruptionsAllowed}"];
  assert.equal(await cluster.eventually(allowed, (output) => output !== ""), "0");
  const name = await cluster.kubectl("get", "nodes", "-o", "jsonpath={.items[0].metadata.name}");
  const flags = ["--pod-selector=kind=statefulset", "--ignore-daemonsets", "--timeout=3s"];
  const ended = await cluster.tryKubectl("drain", name, ...flags);
  assert.match(ended.stderr, /Cannot evict pod as it would violate the pod's disruption budget/);
});
