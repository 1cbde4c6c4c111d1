/** Pods that a node ends because they take more of it than they may. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { bringUpCluster, loadExamples, missingForContainers, type TestCluster } from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster();
  await loadExamples(cluster, ["toolbox"]);
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

const pod = `apiVersion: v1
kind: Pod
metadata: {name: greedy}
spec:
  containers:
  - name: main
    image: toolbox:1
    command: [sh, -c, "head -c 3000000 /dev/zero > /scratch/much; trap '' TERM; while true; do sleep 1; done"]
    volumeMounts: [{name: scratch, mountPath: /scratch}]
  volumes:
  - {name: scratch, emptyDir: {sizeLimit: 1Mi}}
`;

test("a pod whose emptyDir outgrows its limit is evicted, and leaves nothing there", {
  skip,
}, async () => {
  await cluster.kubectlWith(pod, "apply", "-f", "-");
  const fields = "jsonpath={.status.phase}: {.status.reason}: {.status.message}";
  const status = await cluster.eventually(["get", "pod", "greedy", "-o", fields], (said) =>
    said.startsWith("Failed"),
  );
  const message = 'Usage of EmptyDir volume "scratch" exceeds the limit "1Mi". ';
  assert.equal(status, `Failed: Evicted: ${message}`);
  const described = await cluster.kubectl("describe", "pod", "greedy");
  assert.match(described, /Warning +Evicted .* Usage of EmptyDir volume "scratch" exceeds/);
  await cluster.eventually(
    ["get", "pod", "greedy", "-o", "jsonpath={.status.containerStatuses[0].state.terminated}"],
    (ended) => ended !== "" && volumesOnDisk().length === 0,
  );

  process.kill(agentPid(), "SIGKILL");
  await cluster.eventually(["get", "nodes", "--no-headers"], (said) => / Ready/.test(said));
  assert.equal(await cluster.kubectl("get", "pod", "greedy", "-o", fields), status);
});

/** The emptyDirs that are there, of all pods. */
function volumesOnDisk(): readonly string[] {
  const homes = `${cluster.directory}/nodes/node-1/volumes/pods`;
  return readdirSync(homes)
    .map((uid) => `${homes}/${uid}/volumes/scratch`)
    .filter((path) => existsSync(path));
}

function agentPid(): number {
  const path = `${cluster.directory}/run/supervisor.json`;
  const { parts } = JSON.parse(readFileSync(path, "utf8"));
  return parts.find(({ name }: { readonly name: string }) => name === "agent-node-1").pid;
}
