/** Two nodes on one machine behave as machines do: they are reached, filled up and relieved. */
import assert from "node:assert/strict";
import { get } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { bringUpCluster, loadExamples, missingForContainers, type TestCluster } from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster("--nodes", "2");
  await loadExamples(cluster, ["hello", "toolbox"]);
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("a NodePort answers the host on every node's address and on loopback", { skip }, async () => {
  await cluster.kubectl(
    ...wordsOf("create deployment hello --image=hello:1 --replicas=3 --port=8080"),
  );
  await cluster.kubectl(...wordsOf("expose deployment hello --type=NodePort"));
  await cluster.kubectl(...wordsOf("rollout status deployment/hello --timeout=60s"));
  const port = await cluster.kubectl(
    ...wordsOf("get service hello -o jsonpath={.spec.ports[0].nodePort}"),
  );
  const addresses = await cluster.kubectl(
    ...wordsOf(
      'get nodes -o jsonpath={.items[*].status.addresses[?(@.type=="InternalIP")].address}',
    ),
  );
  for (const address of [...addresses.split(" "), "127.0.0.1"]) {
    const pods = new Set<string>();
    await untilSeen(pods, 3, `http://${address}:${port}/`);
  }
});

test("a pod for which there is no room waits, says why, and runs once there is", {
  skip,
}, async () => {
  const cpus = await cluster.kubectl(
    ...wordsOf("get node node-1 -o jsonpath={.status.allocatable.cpu}"),
  );
  const most = `${Math.floor(Number(cpus) * 600)}m`;
  await cluster.kubectlWith(hog(most), "apply", "-f", "-");
  await cluster.kubectl(...wordsOf("rollout status deployment/hog --timeout=60s"));
  await cluster.kubectlWith(waiting("late", most), "apply", "-f", "-");
  await cluster.kubectlWith(waiting("huge", "64"), "apply", "-f", "-");
  for (const pod of ["late", "huge"]) {
    const described = await cluster.eventually(["describe", "pod", pod], (output) =>
      output.includes("FailedScheduling"),
    );
    assert.match(
      described,
      /Warning +FailedScheduling .* default-scheduler +0\/2 nodes are available: 2 Insufficient cpu\. /,
    );
    assert.match(await cluster.kubectl("get", "pod", pod), /^\w+ +0\/1 +Pending +0 /m);
  }
  await cluster.kubectl(...wordsOf("scale deployment/hog --replicas=1"));
  await cluster.kubectl(...wordsOf("wait --for=condition=Ready pod/late --timeout=60s"));
  assert.match(await cluster.kubectl("get", "pod", "huge"), /^huge +0\/1 +Pending +0 /m);
});

function hog(cpu: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: hog}
spec:
  replicas: 2
  selector: {matchLabels: {app: hog}}
  template:
    metadata: {labels: {app: hog}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: toolbox:1
        command: [sleep, "100000"]
        resources: {requests: {cpu: ${cpu}}}
`;
}

function waiting(name: string, cpu: string): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: toolbox:1
    command: [sleep, "100000"]
    resources: {requests: {cpu: "${cpu}"}}
`;
}

const requestsMax = 300;

/** Asks, each time on a connection of its own, until so many pods have answered. */
async function untilSeen(pods: Set<string>, count: number, url: string): Promise<void> {
  let last = "";
  for (let turn = 0; turn < requestsMax && pods.size < count; turn++) {
    last = await ask(url);
    const pod = /hello-[a-z0-9]+-[a-z0-9]+/.exec(last)?.[0];
    if (pod !== undefined) pods.add(pod);
  }
  assert.equal(pods.size, count, `${url}: ${last}`);
}

/** What a web server answers; what went wrong when it does not. */
function ask(url: string): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 5000 }, (response) => {
      text(response).then(resolve, (error: Error) => resolve(error.message));
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 5 s")));
    request.on("error", (error) => resolve(error.message));
  });
}

/** The words of a command line that needs no quotes. */
function wordsOf(line: string): readonly string[] {
  return line.split(" ");
}
