/** Compose files on real containers: up in one command, changed, broken, refused, and gone in one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import {
  bringUpCluster,
  type Ended,
  loadExamples,
  missingForContainers,
  outputOf,
  type TestCluster,
} from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;
const voting = path.join(import.meta.dirname, "voting/docker-compose.yml");

let cluster: TestCluster;
let directory: string;

before(async () => {
  if (missing !== undefined) return;
  directory = mkdtempSync(path.join(tmpdir(), "wherry-stack-"));
  cluster = await bringUpCluster("--no-monitor");
  await loadExamples(cluster, ["toolbox"]);
});

after(async () => {
  if (missing !== undefined) return;
  await cluster[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

test("six services come up in one command and go away in one", { skip }, async () => {
  const words = ["--namespace", "votes", "-c", voting, "--profile", "seed", "voting"];
  const deployed = await stack("deploy", ...words);
  assert.match(deployed, /^Stack voting is stable and running$/m);
  assert.match(deployed, /^seed: Completed$/m);

  assert.equal(
    await stack(
      "services",
      "-n",
      "votes",
      "--format",
      "{{.Name}} {{.Mode}} {{.Replicas}}",
      "voting",
    ),
    `voting_db replicated 1/1
voting_redis replicated 1/1
voting_result replicated 1/1
voting_seed replicated job 0/1 (1/1 completed)
voting_vote replicated 2/2
voting_worker replicated 1/1
`,
  );
  assert.match(await stack("ls", "-A"), /^voting +6 +Kubernetes +votes$/m);
  const tasks = await stack("ps", "-n", "votes", "-f", "service=vote", "voting");
  assert.equal(
    tasks.match(/^\w+ +voting_vote-\S+ +toolbox:1 +\S+ +Running +Running /gm)?.length,
    2,
  );
  const ask = ["exec", "-n", "votes", "deploy/vote", "--", "curl", "-s"];
  assert.match(await cluster.kubectl(...ask, "http://result/"), /Cats 50 %/);

  const again = await stack("deploy", ...words);
  assert.match(again, /^Stack voting is unchanged$/m);
  const removed = await stack("rm", "--volumes", "-n", "votes", "voting");
  assert.equal(removed, "Removing stack: voting\nRemoved namespace: votes\n");
  assert.equal(await cluster.kubectl("get", "pods,pvc,svc,cm,secrets", "-A", "-l", ofStack), "");
});

const ofStack = "com.docker.stack.namespace";

test("another number of replicas changes nothing but that", { skip }, async () => {
  const file = (count: number) => `services:
  web:
    image: toolbox:1
    command: ["httpd", "-f", "-p", "80"]
    stop_grace_period: 1s
    deploy: {replicas: ${count}, update_config: {monitor: 0s}}
  other: {image: toolbox:1, command: ["sleep", "9999"], stop_grace_period: 1s}`;
  await stack("deploy", "-c", composeFile(file(3)), "scaled");
  const before = await podsOf("scaled");
  const shown = await stack("deploy", "-c", composeFile(file(1)), "scaled");
  assert.match(
    shown,
    /^~ Deployment\/web\n {6}spec:\n.*\n {4}- {3}replicas: 3\n {4}\+ {3}replicas: 1$/m,
  );
  assert.match(shown, /^1 to change$/m);
  const left = await podsOf("scaled");
  assert.equal(left.length, 2);
  assert.ok(left.every((uid) => before.includes(uid)));

  assert.match(await stack("rollback", "scaled"), /replicas: 3/);
  assert.equal((await podsOf("scaled")).length, 4);
  const history = await stack(
    "history",
    "--format",
    "{{.Revision}} {{.Status}} {{.Description}}",
    "scaled",
  );
  assert.equal(history, "1 superseded deploy\n2 superseded deploy\n3 deployed rollback to 1\n");
  await stack("rm", "scaled");
});

test("a service that ends says why, and goes back to what it was", { skip }, async () => {
  const file = (command: string) => `services:
  door:
    image: toolbox:1
    command: ["sh", "-c", "${command}"]
    stop_grace_period: 1s
    deploy: {update_config: {failure_action: rollback, monitor: 1s}}`;
  await stack("deploy", "-c", composeFile(file("sleep 9999")), "doors");
  const broken = composeFile(file("echo the door is stuck; exit 3"));
  const failed = await cluster.wherry("stack", "deploy", "-c", broken, "doors");
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /^service "door" is not running: .*exit status 3/m);
  assert.match(failed.stderr, /^ {2}last lines of its log:\n {4}the door is stuck$/m);
  assert.match(failed.stderr, /^rolling back service "door"$/m);
  const command = "jsonpath={.spec.template.spec.containers[0].args[2]}";
  assert.equal(await cluster.kubectl("get", "deploy", "door", "-o", command), "sleep 9999");
  await stack("rm", "doors");
});

test("an image that is nowhere is told with what the node said", { skip }, async () => {
  const file = composeFile("services:\n  a:\n    image: localhost:9/never/there:1\n");
  const failed = await cluster.wherry("stack", "deploy", "-c", file, "nowhere");
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /^service "a" is not running: 0 of 1 ready: ImagePullBackOff/m);
  assert.match(failed.stderr, /^ {2}event: .*localhost:9\/never\/there:1/m);
  await stack("rm", "nowhere");
});

test("what is of another stack is left alone", { skip }, async () => {
  const file = composeFile(
    "services:\n  web: {image: toolbox:1, command: [sleep, '9999'], stop_grace_period: 1s}\n",
  );
  await stack("deploy", "-c", file, "first");
  const refused = await cluster.wherry("stack", "deploy", "-c", file, "second");
  assert.equal(refused.status, 1);
  assert.match(
    refused.stderr,
    /compose\.yaml:2:3: service "web": Service\/web is of stack "first"; give the stack a namespace/,
  );
  await stack("rm", "first");
});

test("a full quota leaves nothing behind", { skip }, async () => {
  await cluster.kubectl("create", "namespace", "tight");
  await cluster.kubectl("create", "quota", "few", "--hard=services=1,pods=3", "-n", "tight");
  const two = `services:
  one: {image: toolbox:1, command: [sleep, "9999"]}
  two: {image: toolbox:1, command: [sleep, "9999"]}
`;
  const many = `services:
  one:
    image: toolbox:1
    deploy:
      replicas: 4
`;
  for (const [text, place] of [
    [two, "3:3"],
    [many, "5:7"],
  ] as const) {
    const file = composeFile(text);
    const refused = await cluster.wherry("stack", "deploy", "-n", "tight", "-c", file, "big");
    assert.equal(refused.status, 1, refused.stdout);
    assert.match(refused.stderr, new RegExp(`compose.yaml:${place}: .*exceeded quota: few`));
    const left = await cluster.kubectl("get", "all,cm,secrets", "-n", "tight", "-l", ofStack);
    assert.equal(left, "");
  }
});

test("who may not deploy changes nothing, by token and by credential program", {
  skip,
}, async () => {
  await cluster.kubectl("create", "serviceaccount", "reader");
  await cluster.kubectl(
    "create",
    "rolebinding",
    "reader",
    "--clusterrole=view",
    "--serviceaccount=default:reader",
  );
  const token = (await cluster.kubectl("create", "token", "reader")).trim();
  const program = path.join(directory, "credentials.sh");
  const apiVersion = "client.authentication.k8s.io/v1";
  const credential = { apiVersion, kind: "ExecCredential", status: { token } };
  writeFileSync(program, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`, { mode: 0o755 });
  const current = (await cluster.kubectl("config", "current-context")).trim();
  await cluster.kubectl("config", "set-credentials", "by-token", `--token=${token}`);
  await cluster.kubectl(
    "config",
    "set-credentials",
    "by-program",
    `--exec-api-version=${apiVersion}`,
    `--exec-command=${program}`,
  );
  const file = composeFile("services:\n  web:\n    image: toolbox:1\n");
  for (const user of ["by-token", "by-program"]) {
    await cluster.kubectl("config", "set-context", user, `--cluster=${current}`, `--user=${user}`);
    const refused = await cluster.wherry("stack", "deploy", "--context", user, "-c", file, "mine");
    assert.equal(refused.status, 1);
    assert.match(
      refused.stderr,
      /compose\.yaml:2:3: service "web": the cluster refuses Deployment\/web: .*User "system:serviceaccount:default:reader" cannot patch/,
    );
  }
  assert.equal(await cluster.kubectl("get", "all", "-A", "-l", ofStack), "");
});

async function stack(...words: readonly string[]): Promise<string> {
  const line = ["stack", ...words];
  const ended: Ended = await cluster.wherry(...line);
  return outputOf("wherry", line, ended);
}

async function podsOf(name: string): Promise<readonly string[]> {
  const staying = "{{if not .metadata.deletionTimestamp}}{{.metadata.uid}} {{end}}";
  const template = `go-template={{range .items}}${staying}{{end}}`;
  const uids = await cluster.kubectl("get", "pods", "-l", `${ofStack}=${name}`, "-o", template);
  return uids.split(" ").filter((uid) => uid !== "");
}

function composeFile(text: string): string {
  const file = path.join(directory, "compose.yaml");
  writeFileSync(file, text);
  return file;
}
