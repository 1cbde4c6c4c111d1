/** `kubectl debug`: containers that join a pod that runs. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { follow } from "./clients.ts";
import {
  bringUpCluster,
  kubectlPath,
  loadExamples,
  missingForContainers,
  type TestCluster,
} from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster();
  await loadExamples(cluster, ["toolbox"]);
  await cluster.kubectlWith(pod, "apply", "-f", "-");
  await cluster.kubectl("wait", "--for=condition=Ready", "pod/web", "--timeout=60s");
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

/** Two containers, each of whose processes only those who are meant to may see. */
const pod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - {name: main, image: "toolbox:1", command: [sleep, "11111"]}
  - {name: other, image: "toolbox:1", command: [sleep, "22222"]}
  volumes:
  - {name: notes, emptyDir: {}}
`;

test("a debugger sees the processes of its target alone, and what is typed to it", {
  skip,
}, async () => {
  const words = ["debug", "-it", "web", "--image=toolbox:1", "--target=main", "-c", "seer"];
  await using shell = follow(kubectlPath, [...words, "--", "sh"], cluster.env);
  shell.write("ps; echo $((1 + 1)) processes or more; exit 3\n");
  const output = await shell.until((said) => said.includes("2 processes or more"));
  assert.match(output, /sleep 11111/);
  assert.doesNotMatch(output, /sleep 22222/);
  await cluster.eventually(
    statusOf("seer", "{.state.terminated.exitCode}"),
    (code) => code === "3",
  );
});

test("a debugger without a target is alone with itself, in the pod's network", {
  skip,
}, async () => {
  const words = ["debug", "web", "--image=toolbox:1", "-c", "lone", "--"];
  await cluster.kubectl(...words, "sh", "-c", "ps; hostname -i");
  const log = await cluster.eventually(["logs", "web", "-c", "lone"], (said) => said !== "");
  assert.doesNotMatch(log, /sleep/);
  const address = await cluster.kubectl("get", "pod", "web", "-o", "jsonpath={.status.podIP}");
  assert.match(log, new RegExp(`^${address}$`, "m"));
});

test("a debugger that has ended stays ended, and the pod does not mind", { skip }, async () => {
  const fields = "{.ready} {.restartCount} {.state.terminated.exitCode}";
  assert.equal(await cluster.kubectl(...statusOf("seer", fields)), "false 0 3");
  const row = await cluster.kubectl("get", "pod", "web", "--no-headers");
  assert.match(row, /^web +2\/2 +Running +0 /);
  const described = await cluster.kubectl("describe", "pod", "web");
  assert.match(described, /Ephemeral Containers:\n {2}seer:\n/);
});

test("a debugger whose image is missing says so", { skip }, async () => {
  const image = "--image=127.0.0.1:1/none:1";
  await cluster.kubectl("debug", "web", image, "-c", "vain", "--", "true");
  const reason = await cluster.eventually(statusOf("vain", "{.state.waiting.reason}"), (said) =>
    /ErrImagePull|ImagePullBackOff/.test(said),
  );
  assert.ok(reason);
});

test("a pod goes with its debuggers", { skip }, async () => {
  const words = ["debug", "web", "--image=toolbox:1", "--target=other", "-c", "long", "--"];
  await cluster.kubectl(...words, "sleep", "33333");
  await cluster.eventually(statusOf("long", "{.state.running.startedAt}"), (at) => at !== "");
  await cluster.kubectl("delete", "pod", "web", "--timeout=30s");
});

function statusOf(name: string, fields: string): readonly string[] {
  const list = `.status.ephemeralContainerStatuses[?(@.name=="${name}")]`;
  return ["get", "pod", "web", "-o", `jsonpath={range ${list}}${fields}{end}`];
}
