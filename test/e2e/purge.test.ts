/** What a cluster puts on the machine, and that `down --purge` takes all of it away. */
import assert from "node:assert/strict";
import { globSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  bringUpCluster,
  loadExamples,
  missingForContainers,
  run,
  type TestCluster,
} from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

test("after down --purge the machine is as it was before up", { skip }, async () => {
  const before = await lookAround();
  await using cluster = await bringUpCluster("--nodes", "2");
  await loadExamples(cluster, ["hello", "toolbox"]);
  await useEverything(cluster);
  const during = await lookAround();
  const own = marksOf(cluster);
  // Other programs come and go on a machine meanwhile: what counts is what the cluster added.
  const added = [...during].filter((thing) => !before.has(thing) && own(thing));
  for (const kind of kinds) {
    assert.ok(
      added.some((thing) => thing.startsWith(`${kind} `)),
      `the cluster shows no ${kind}`,
    );
  }

  const down = await cluster.wherry("down", "--purge");
  assert.equal(down.status, 0, down.stderr);
  const after = await lookAround();
  assert.deepEqual(
    added.filter((thing) => after.has(thing)),
    [],
  );
  assert.deepEqual(
    [...after].filter((thing) => !before.has(thing) && own(thing)),
    [],
  );
});

/** Pods with volumes, services of every reach: what leaves traces. */
async function useEverything(cluster: TestCluster): Promise<void> {
  await cluster.kubectlWith(manifests, "apply", "-f", "-");
  await cluster.kubectl("rollout", "status", "deployment/full", "--timeout=90s");
  await cluster.kubectl("rollout", "status", "statefulset/kept", "--timeout=90s");
}

const manifests = `apiVersion: apps/v1
kind: Deployment
metadata: {name: full}
spec:
  replicas: 2
  selector: {matchLabels: {app: full}}
  template:
    metadata: {labels: {app: full}}
    spec:
      volumes:
      - {name: memory, emptyDir: {medium: Memory}}
      - {name: disk, emptyDir: {}}
      containers:
      - name: main
        image: hello:1
        ports: [{containerPort: 8080, hostPort: 18080}]
        volumeMounts: [{name: memory, mountPath: /m}, {name: disk, mountPath: /d}]
        resources: {requests: {cpu: 50m}, limits: {memory: 64Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: full}
spec:
  type: NodePort
  sessionAffinity: ClientIP
  selector: {app: full}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: kept}
spec:
  serviceName: kept
  replicas: 1
  selector: {matchLabels: {app: kept}}
  template:
    metadata: {labels: {app: kept}}
    spec:
      containers:
      - name: main
        image: toolbox:1
        command: [sleep, "100000"]
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Mi}}
`;

const kinds = ["process", "mount", "namespace", "link", "table", "cgroup", "rule", "route", "file"];

/** Tells whether a thing is this cluster's: by its name, its bridge, its addresses, its routing table. */
function marksOf(cluster: TestCluster): (thing: string) => boolean {
  const name = path.basename(path.dirname(cluster.directory));
  const network = JSON.parse(readFileSync(`${cluster.directory}/run/network.json`, "utf8"));
  const subnet = network.hostAddress.split(".").slice(0, 3).join(".");
  const marks = [name, name.toLowerCase(), `${network.bridge}@`, `${network.bridge}n`];
  marks.push(`${network.bridge} `, `${subnet}.`, network.routingTable);
  const shims = new Set(shimSocketsOf(cluster));
  assert.notEqual(shims.size, 0);
  // What kubectl remembers of a server lies in the person's home, which a test has in here.
  return (thing) =>
    !thing.includes("/.kube/cache/") &&
    (marks.some((mark) => thing.includes(mark)) || shims.has(thing));
}

/** The sockets in the shared runtime directory that the containers' shims listen on. */
function shimSocketsOf(cluster: TestCluster): readonly string[] {
  const own = processes().filter(({ line }) => line.includes(cluster.directory));
  return own.flatMap(({ pid }) => {
    const sockets = readOr("", () => readFileSync(`/proc/${pid}/net/unix`, "utf8"));
    const found = sockets.matchAll(/ (\/run\/containerd\/\S+)$/gm);
    return [...found].map((match) => `file ${match[1]}`);
  });
}

/** Everything on the machine that a cluster might leave behind, as `kind identity`. */
async function lookAround(): Promise<ReadonlySet<string>> {
  const things = [
    ...processes().map(({ pid, line, cgroup }) => `process ${pid} ${line} ${cgroup}`),
    ...linesOf("mount", readFileSync("/proc/self/mountinfo", "utf8")),
    ...namespaces(),
    ...linesOf("link", await outputOf("ip", "-o", "link")),
    ...linesOf("table", await outputOf("nft", "list", "tables")),
    ...linesOf("rule", await outputOf("ip", "rule")),
    ...linesOf("route", await outputOf("ip", "route", "show", "table", "all")),
    ...linesOf("cgroup", await outputOf("find", "/sys/fs/cgroup", "-type", "d")),
    ...linesOf("file", await outputOf("find", ...traceFolders, "-not", "-type", "d")),
  ];
  return new Set(things);
}

/** Where programs keep what they are told nothing about. */
const traceFolders = ["/run", "/var/lib/cni", "/var/log", "/etc", "/dev/shm", "/tmp", "/root"];

function namespaces(): readonly string[] {
  return processes().flatMap(({ pid, line, cgroup }) => {
    const link = readOr("", () => readlinkSync(`/proc/${pid}/ns/net`));
    return link === "" ? [] : [`namespace ${link} ${line} ${cgroup}`];
  });
}

function processes(): readonly {
  readonly pid: string;
  readonly line: string;
  readonly cgroup: string;
}[] {
  return globSync("/proc/[0-9]*").flatMap((folder) => {
    const line = readOr("", () => readFileSync(`${folder}/cmdline`, "utf8").replaceAll("\0", " "));
    const cgroup = readOr("", () => readFileSync(`${folder}/cgroup`, "utf8").replaceAll("\n", " "));
    return line === "" ? [] : [{ pid: path.basename(folder), line, cgroup }];
  });
}

/** `fallback` when the process that it is about has just ended. */
function readOr(fallback: string, read: () => string): string {
  try {
    return read();
  } catch {
    return fallback;
  }
}

async function outputOf(program: string, ...words: readonly string[]): Promise<string> {
  return (await run(program, words)).stdout;
}

function linesOf(kind: string, output: string): readonly string[] {
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => `${kind} ${line.trim()}`);
}
