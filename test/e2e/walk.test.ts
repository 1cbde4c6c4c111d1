/** The walk of somebody who learns Kubernetes, with the real kubectl on real containers on two nodes. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import {
  bringUpCluster,
  loadExamples,
  missingForContainers,
  run,
  type TestCluster,
} from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster("--nodes", "2");
  await loadExamples(cluster, ["hello", "hello-2", "toolbox"]);
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("a deployment's pods run on both nodes", { skip }, async () => {
  await cluster.kubectlWith(hello, "apply", "-f", "-");
  await cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
  const nodes = await cluster.kubectl(
    ...wordsOf("get pods -l app=hello -o jsonpath={.items[*].spec.nodeName}"),
  );
  assert.deepEqual([...new Set(nodes.split(" "))].toSorted(), ["node-1", "node-2"]);
});

/** Goes on serving for a moment after it was told to end, until everybody knows. */
const hello = `apiVersion: apps/v1
kind: Deployment
metadata: {name: hello}
spec:
  replicas: 4
  selector: {matchLabels: {app: hello}}
  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
  template:
    metadata: {labels: {app: hello}}
    spec:
      containers:
      - name: hello
        image: hello:1
        readinessProbe:
          httpGet: {path: /healthz, port: 8080}
          periodSeconds: 1
        lifecycle: {preStop: {sleep: {seconds: 2}}}
`;

test("a pod's log, a command in it, and a copy of its files", { skip }, async () => {
  await cluster.kubectl(
    ...wordsOf("run box --image=toolbox:1 --port=80 --labels=app=box,tier=test --command --"),
    ...wordsOf("sh -c"),
    "echo started; sleep 3600",
  );
  await cluster.kubectl("wait", "--for=condition=Ready", "pod/box", "--timeout=60s");
  assert.equal(await cluster.kubectl("logs", "box"), "started\n");
  assert.equal(await cluster.kubectl("exec", "box", "--", "hostname"), "box\n");
  assert.equal(
    await cluster.kubectlWith("from outside\n", "exec", "-i", "box", "--", "cat"),
    "from outside\n",
  );
  const failed = await cluster.tryKubectl("exec", "box", "--", "sh", "-c", "exit 3");
  assert.equal(failed.status, 3);
});

test("a service answers by name from every node, balanced over all pods", { skip }, async () => {
  await cluster.kubectl("expose", "deployment", "hello", "--port=80", "--target-port=8080");
  await cluster.eventually(
    ["exec", "box", "--", "curl", "-s", "-m", "2", "http://hello"],
    (output) => output.startsWith("hello from hello-"),
  );
  for (const node of ["node-1", "node-2"]) {
    const overrides = JSON.stringify({ spec: { nodeName: node } });
    await cluster.kubectl(
      ...wordsOf(`run asks-${node} --image=toolbox:1 --restart=Never --overrides=${overrides}`),
      ...wordsOf("--command -- sh -c"),
      asking,
    );
    const answers = await cluster.eventually(
      ["logs", `asks-${node}`],
      (output) => output.split("\n").length > 40,
    );
    const pods = new Set(answers.split("\n").map((line) => /hello-[a-z0-9-]+/.exec(line)?.[0]));
    pods.delete(undefined);
    assert.equal(pods.size, 4, `${node}: ${answers}`);
  }
});

/** Forty requests to the service, by its long name. */
const asking = `for i in $(seq 40); do
  curl -sS -m 5 http://hello.default.svc.cluster.local || echo failed
done`;

test("files are copied into a pod and out of it", { skip }, async () => {
  const there = `${cluster.directory}/../there.txt`;
  const back = `${cluster.directory}/../back.txt`;
  writeFileSync(there, "carried\n");
  await cluster.kubectl("cp", there, "box:/tmp/there.txt");
  await cluster.kubectl("cp", "box:/tmp/there.txt", back);
  assert.equal(readFileSync(back, "utf8"), "carried\n");
});

test("a node port answers on the machine itself", { skip }, async () => {
  await cluster.kubectl(
    ...wordsOf("expose deployment hello --name=outside --type=NodePort --port=80"),
    "--target-port=8080",
  );
  const port = await cluster.kubectl(
    ...wordsOf("get service outside -o jsonpath={.spec.ports[0].nodePort}"),
  );
  const answer = await run(
    "curl",
    wordsOf(`-s --retry 20 --retry-all-errors --retry-delay 1 localhost:${port}`),
  );
  assert.match(answer.stdout, /^hello from hello-/);
});

test("a pod may ask the API server as its service account, and only what that may", {
  skip,
}, async () => {
  const refused = await cluster.kubectl("exec", "box", "--", "sh", "-c", askingTheServer);
  assert.match(refused, /system:serviceaccount:default:default\\" cannot list resource \\"pods\\"/);
  await cluster.kubectl(
    ...wordsOf("create rolebinding view --clusterrole=view --serviceaccount=default:default"),
  );
  await cluster.eventually(["exec", "box", "--", "sh", "-c", askingTheServer], (output) =>
    /"kind": ?"PodList"/.test(output),
  );
});

const askingTheServer = `cd /var/run/secrets/kubernetes.io/serviceaccount
curl -s --cacert ca.crt -H "Authorization: Bearer $(cat token)" \\
  https://kubernetes.default/api/v1/namespaces/default/pods`;

test("scaling changes how many pods there are", { skip }, async () => {
  await cluster.kubectl("scale", "deployment/hello", "--replicas=2");
  await cluster.eventually(
    ["get", "pods", "-l", "app=hello", "-o", "name"],
    (output) => output.trim().split("\n").length === 2,
  );
});

test("a rolling update drops no request, and can be undone", { skip }, async () => {
  await cluster.kubectl(
    ...wordsOf("run load --image=toolbox:1 --restart=Never --command -- sh -c"),
    "while sleep 0.02; do curl -sS -m 5 http://hello || echo failed; done",
  );
  await cluster.eventually(["logs", "load"], (output) => output.includes("version 1"));
  await cluster.kubectl("set", "image", "deployment/hello", "hello=hello:2");
  await cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=90s");
  await cluster.eventually(["logs", "load", "--tail=5"], (output) => output.includes("version 2"));
  const history = await cluster.kubectl("rollout", "history", "deployment/hello");
  assert.match(history, /^1 .*\n2 /m);
  await cluster.kubectl("rollout", "undo", "deployment/hello");
  await cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=90s");
  await cluster.eventually(["logs", "load", "--tail=5"], (output) => output.includes("version 1"));
  const log = await cluster.kubectl("logs", "load");
  assert.equal(log.includes("failed"), false, log.slice(-2000));
});

test("what runs can be described, explained and queried", { skip }, async () => {
  const described = await cluster.kubectl("describe", "pod", "box");
  for (const reason of ["Scheduled", "Pulled", "Created", "Started"]) {
    assert.match(described, new RegExp(`Normal +${reason} `));
  }
  assert.match(await cluster.kubectl("explain", "deployment.spec.strategy"), /FIELD/);
  assert.equal(await cluster.kubectl("auth", "can-i", "create", "pods"), "yes\n");
  assert.match(await cluster.kubectl("api-resources"), /^deployments +deploy +apps\/v1 +true/m);
  assert.equal(
    await cluster.kubectl(
      ...wordsOf("get pod box --no-headers -o custom-columns=N:.metadata.name"),
    ),
    "box\n",
  );
});

test("a manifest is applied, compared, patched and removed", { skip }, async () => {
  const manifest = (text: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: hello}}
data: {greeting: ${text}}
`;
  const apply = (text: string, ...words: readonly string[]) =>
    cluster.kubectlWith(manifest(text), "apply", "-f", "-", ...words);
  assert.equal(await apply("hello"), "configmap/settings created\n");
  assert.equal(await apply("hello"), "configmap/settings unchanged\n");
  const difference = await cluster.tryKubectl("diff", "-f", "/dev/null");
  assert.notEqual(difference.status, 127);
  assert.equal(await apply("hi"), "configmap/settings configured\n");
  assert.equal(
    await apply("hey", "--server-side", "--force-conflicts"),
    "configmap/settings serverside-applied\n",
  );
  await cluster.kubectl("patch", "configmap", "settings", "-p", '{"data":{"more":"x"}}');
  await cluster.kubectl("label", "configmap", "settings", "a=b");
  await cluster.kubectl("annotate", "configmap", "settings", "c=d");
  const data = await cluster.kubectl("get", "configmap", "settings", "-o", "jsonpath={.data}");
  assert.deepEqual(JSON.parse(data), { greeting: "hey", more: "x" });
  await cluster.kubectl("delete", "configmap", "settings");
});

test("a pod that asks for too much waits and says why", { skip }, async () => {
  await cluster.kubectlWith(greedy, "apply", "-f", "-");
  const events = await cluster.eventually(
    [
      "get",
      "events",
      "--field-selector",
      "involvedObject.name=greedy",
      "-o",
      "jsonpath={..message}",
    ],
    (output) => output !== "",
  );
  assert.match(events, /0\/2 nodes are available: 2 Insufficient cpu\./);
  await cluster.kubectl("delete", "pod", "greedy");
});

const greedy = `apiVersion: v1
kind: Pod
metadata: {name: greedy}
spec:
  containers:
  - name: main
    image: toolbox:1
    resources: {requests: {cpu: "64"}}
`;

test("a node is drained and used again", { skip }, async () => {
  await cluster.kubectl(
    "drain",
    "node-2",
    "--ignore-daemonsets",
    "--force",
    "--delete-emptydir-data",
    "--grace-period=1",
    "--timeout=90s",
  );
  const nodes = await cluster.eventually(
    ["get", "pods", "-l", "app=hello", "-o", "jsonpath={.items[*].spec.nodeName}"],
    (output) => output === "node-1 node-1",
  );
  assert.equal(nodes, "node-1 node-1");
  await cluster.kubectl("uncordon", "node-2");
});

test("down --purge leaves nothing on the machine", { skip }, async () => {
  const name = cluster.directory.split("/").at(-2) ?? "";
  const down = await cluster.wherry("down", "--purge");
  assert.equal(down.status, 0, down.stderr);
  const left = [
    await run("sh", ["-c", `grep ${name} /proc/self/mountinfo || true`]),
    await run("sh", ["-c", `ip -d link | grep -i ${name} || true`]),
    await run("sh", ["-c", `nft list tables | grep -i ${name} || true`]),
    await run("sh", ["-c", `find /sys/fs/cgroup -maxdepth 4 -iname '*${name}*'`]),
    await run("sh", ["-c", `ps -eo args | grep -v -e grep -e 'sh -c' | grep ${name} || true`]),
  ];
  assert.deepEqual(
    left.map(({ stdout }) => stdout),
    ["", "", "", "", ""],
  );
});

/** The words of a command line that needs no quotes. */
function wordsOf(line: string): readonly string[] {
  return line.split(" ");
}
