/** What happens when a node of a cluster of real containers falls silent. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { bringUpCluster, loadExamples, missingForContainers, type TestCluster } from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster("--nodes", "2");
  await loadExamples(cluster, ["toolbox"]);
  await cluster.kubectlWith(counter, "apply", "-f", "-");
  await cluster.kubectl("rollout", "status", "deployment/counter", "--timeout=60s");
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

/** Leaves a lost node after a moment, where the usual five minutes would be long for a test. */
const counter = `apiVersion: apps/v1
kind: Deployment
metadata: {name: counter}
spec:
  replicas: 2
  selector: {matchLabels: {app: counter}}
  template:
    metadata: {labels: {app: counter}}
    spec:
      terminationGracePeriodSeconds: 1
      tolerations:
      - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1}
      - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 1}
      containers:
      - name: main
        image: toolbox:1
        command: [sleep, "100000"]
`;

test("a node whose agent hangs is NotReady within 40 s, loses its pods and comes back", {
  skip,
}, async () => {
  const pid = pidOf("agent-node-2");
  process.kill(pid, "SIGSTOP");
  try {
    const startedMs = performance.now();
    await cluster.eventually(["get", "node", "node-2", "--no-headers"], (output) =>
      /NotReady/.test(output),
    );
    assert.ok(performance.now() - startedMs < 50_000);
    await cluster.eventually(
      ["get", "pods", "-l", "app=counter", "-o", "wide", "--no-headers"],
      (output) => output.split("\n").filter((line) => /Running .*node-1/.test(line)).length === 2,
    );
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await cluster.eventually(["get", "node", "node-2", "--no-headers"], (output) =>
    / Ready/.test(output),
  );
});

/** The process of a part, as the supervisor knows it. */
function pidOf(part: string): number {
  const state = JSON.parse(readFileSync(`${cluster.directory}/run/supervisor.json`, "utf8"));
  const found = state.parts.find(({ name }: { readonly name: string }) => name === part);
  return found.pid;
}
