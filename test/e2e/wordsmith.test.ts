/** Docker's demo, deployed with the command line that Docker's documentation prints, on real containers. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { follow, type Followed } from "./clients.ts";
import {
  bringUpCluster,
  loadExamples,
  missingForContainers,
  outputOf,
  run,
  type TestCluster,
} from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;
const file = path.resolve(import.meta.dirname, "../../examples/wordsmith/docker-compose.yml");
const namespace = ["--namespace", "my-app"];

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster();
  await loadExamples(cluster, ["wordsmith-db", "wordsmith-words", "wordsmith-web"]);
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("the demo comes up with the command line of its documentation", { skip }, async () => {
  const output = await deploy(file);
  assert.match(output, /^Stack mystack is stable and running$/m);
  const address = await cluster.eventually(
    words("get service web-published -o", addressPath),
    isAddress,
  );
  const page = await ask(`http://${address}/`);
  assert.equal(page.match(/<span class="brick/g)?.length, 5);
  const sources = new Set<string>();
  for (let count = 0; count < 50; count++) {
    const answer = await ask(`http://${address}/words/noun`, "--include");
    assert.match(answer, /\{"word":"[^"]+"\}$/);
    sources.add(/^source: (\S+)/im.exec(answer)?.[1] ?? "");
  }
  const pods = await cluster.kubectl(...words("get pods -o", "jsonpath={.items[*].status.podIP}"));
  assert.ok(sources.size >= 2, `only from ${[...sources].join(" ")}`);
  assert.ok([...sources].every((source) => pods.split(" ").includes(source)));
});

test("the published port is on this machine, too", { skip }, async () => {
  const line = ["deploy", ...namespace, "--compose-file", file, "mystack"];
  const ended = await cluster.wherry("stack", ...line);
  // Unless another program has it, which is told.
  const isTaken = /cannot listen on 127\.0\.0\.1:80: /.test(ended.stderr);
  if (!isTaken) assert.match(ended.stdout, /^localhost:80 leads to web:80$/m);
  if (!isTaken) assert.match(await ask("http://127.0.0.1/words/verb"), /^\{"word":/);
});

test("a second deploy changes nothing", { skip }, async () => {
  const before = await revisions();
  assert.match(await deploy(file), /^Stack mystack is unchanged$/m);
  assert.deepEqual(await revisions(), before);
});

test("fewer replicas change only that", { skip }, async () => {
  const before = await revisions();
  const fewer = `${cluster.directory}/../docker-compose.yml`;
  writeFileSync(fewer, readFileSync(file, "utf8").replace("replicas: 5", "replicas: 3"));
  await deploy(fewer);
  const later = await revisions();
  const changed = Object.keys(later).filter((name) => later[name] !== before[name]);
  assert.deepEqual(changed, ["Deployment/words"]);
  await cluster.eventually(
    words("get pods -l com.docker.service.name=words -o", "jsonpath={.items[*].metadata.name}"),
    (names) => names.split(" ").length === 3,
  );
});

test("logs of all services are one, and go on", { skip }, async () => {
  const shown = await stack("logs", "mystack");
  assert.match(shown, /^web-\w+ +\| listening on port 80$/m);
  assert.match(shown, /^words-\w+ +\| \{"word":/m);
  assert.match(shown, /^db-\w+ +\| .*database system is ready to accept connections$/m);
  const program = ["stack", "logs", ...namespace, "--follow", "--tail=0", "mystack", "words"];
  await using following = followed(...program);
  const address = await cluster.kubectl(...words("get service web-published -o", addressPath));
  const asking = setInterval(() => void ask(`http://${address}/words/verb`), 200);
  try {
    await following.until((output) => /^words-\w+ +\| \{"word":/m.test(output));
  } finally {
    clearInterval(asking);
  }
});

test("a command runs in a service, with input and exit status", { skip }, async () => {
  const query = ["psql", "-U", "postgres", "-At", "-c", "SELECT count(*) > 20 FROM nouns"];
  assert.equal(await stack("exec", "mystack", "db", ...query), "t\n");
  const placed = await stack(
    "exec",
    "-w",
    "/tmp",
    "-e",
    "A=1",
    "mystack",
    "db",
    "sh",
    "-c",
    "pwd; echo $A",
  );
  assert.equal(placed, "/tmp\n1\n");
  const failed = await tryStack("exec", "mystack", "db", "sh", "-c", "exit 3");
  assert.equal(failed.status, 3);
  const refused = await tryStack("exec", "--user", "root", "mystack", "db", "true");
  assert.deepEqual([refused.status, refused.stdout], [2, ""]);
  assert.match(refused.stderr, /a command runs as the user of its container/);
  const unknown = await tryStack("exec", "mystack", "nothing", "true");
  assert.match(unknown.stderr, /no such service: nothing; there are: db, web, words/);
});

test("a port of a pod comes to this machine", { skip }, async () => {
  const program = ["stack", "port-forward", ...namespace, "mystack", "web", ":80"];
  await using forwarding = followed(...program);
  const output = await forwarding.until((text) => /127\.0\.0\.1:\d+/.test(text));
  const place = /127\.0\.0\.1:\d+/.exec(output)?.[0] ?? "";
  assert.match(await ask(`http://${place}/words/adjective`), /^\{"word":/);
});

test("files that change here change in the running containers", { skip }, async () => {
  const folder = `${cluster.directory}/../watched`;
  mkdirSync(folder);
  const service = "db: {develop: {watch: [{path: ./watched, action: sync, target: /srv/watched}]}}";
  const beside = `${cluster.directory}/../watch.yml`;
  writeFileSync(beside, `services: {${service}}\n`);
  const files = ["--compose-file", `${cluster.directory}/../docker-compose.yml`, "-c", beside];
  await using watching = followed("stack", "watch", ...namespace, ...files, "mystack");
  await watching.until((output) => /^db: watching /m.test(output));
  writeFileSync(`${folder}/note.txt`, "from this machine\n");
  await watching.until((output) => /^db: synced 1 file to 1 of its containers$/m.test(output));
  const there = await stack("exec", "mystack", "db", "cat", "/srv/watched/note.txt");
  assert.equal(there, "from this machine\n");
});

test("rm leaves nothing", { skip }, async () => {
  await stack("rm", "mystack");
  const kinds = "deployments,services,pods,replicasets,configmaps,secrets,persistentvolumeclaims";
  await cluster.eventually(
    words(
      `get ${kinds} -o`,
      "jsonpath={.items[*].metadata.labels.com\\.docker\\.stack\\.namespace}",
    ),
    (left) => left.trim() === "",
  );
  assert.match((await tryStack("logs", "mystack")).stderr, /Nothing found in stack: mystack/);
  assert.deepEqual(readdirSync(`${cluster.env["HOME"]}/.wherry/ports`), []);
});

const addressPath = "jsonpath={.status.loadBalancer.ingress[0].ip}";

function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text);
}

async function deploy(composeFile: string): Promise<string> {
  const line = ["deploy", ...namespace, "--compose-file", composeFile, "mystack"];
  return outputOf("wherry stack", line, await cluster.wherry("stack", ...line));
}

async function stack(verb: string, ...line: readonly string[]): Promise<string> {
  return outputOf("wherry stack", [verb, ...line], await tryStack(verb, ...line));
}

function tryStack(verb: string, ...line: readonly string[]) {
  return cluster.wherry("stack", verb, ...namespace, ...line);
}

function followed(...line: readonly string[]): Followed {
  return follow(process.execPath, cluster.commandLine(...line), cluster.env);
}

/** Words at spaces, then one that may have some. In the stack's namespace. */
function words(line: string, last: string): readonly string[] {
  return [...line.split(" "), last, ...namespace];
}

async function ask(url: string, ...flags: readonly string[]): Promise<string> {
  const retry = ["--retry", "20", "--retry-all-errors", "--retry-delay", "1"];
  const line = ["-sS", "--fail", "--max-time", "5", ...retry, ...flags, url];
  return outputOf("curl", line, await run("curl", line));
}

/** What was asked for, of every object of the stack: it changes whenever a spec does. */
async function revisions(): Promise<Readonly<Record<string, string>>> {
  const list = await cluster.kubectl(...words("get deployments,services -o", "json"));
  const { items } = JSON.parse(list) as { readonly items: readonly SomeObject[] };
  return Object.fromEntries(
    items.map(({ kind, metadata, spec }) => [
      `${kind}/${metadata.name}`,
      `${metadata.uid} ${JSON.stringify(spec)}`,
    ]),
  );
}

interface SomeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: unknown;
}
