/** Every part of a cluster is killed again and again while a client writes all the time. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import {
  bringUpCluster,
  eventually,
  loadExamples,
  missingForContainers,
  type TestCluster,
} from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster("--nodes", "2");
  await loadExamples(cluster, ["toolbox"]);
  await cluster.kubectlWith(steady, "apply", "-f", "-");
  await cluster.kubectl("rollout", "status", "deployment/steady", "--timeout=60s");
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

const steady = `apiVersion: apps/v1
kind: Deployment
metadata: {name: steady}
spec:
  replicas: 4
  selector: {matchLabels: {app: steady}}
  template:
    metadata: {labels: {app: steady}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: toolbox:1
        command: [sleep, "100000"]
`;

const rounds = 3;
const writers = 4;
const victims = ["server", "agent-node-1", "agent-node-2", "containerd"];

test("what was acknowledged is there whatever is killed, and containers run on", {
  skip,
}, async () => {
  const containers = await describeContainers();
  const load = startLoad();
  for (let round = 0; round < rounds; round++) {
    for (const victim of victims) {
      await load.untilMore(20);
      await kill(victim);
    }
  }
  await load.untilMore(100);
  const acknowledged = await load.end();

  const listed = await cluster.kubectl("get", "configmaps", "-l", "load=yes", "-o", "name");
  const found = new Set(listed.split("\n"));
  const lost = acknowledged.filter((name) => !found.has(`configmap/${name}`));
  assert.deepEqual(lost, [], `${lost.length} of ${acknowledged.length} are lost`);

  await eventually(
    () => cluster.wherry("status", "--output", "json"),
    (output) => JSON.parse(output).isReady === true,
  );
  assert.equal(await describeContainers(), containers);
  for (const pod of containers.split("\n").map((line) => line.split(" ")[0] ?? "")) {
    if (pod === "") continue;
    await cluster.eventually(["exec", pod, "--", "echo", "alive"], (said) => said === "alive\n");
  }
  await cluster.kubectl("scale", "deployment/steady", "--replicas=6");
  await cluster.kubectl("rollout", "status", "deployment/steady", "--timeout=60s");
});

test("updates that are interrupted end as asked, and leave no container behind", {
  skip,
}, async () => {
  for (const [turn, victim] of victims.entries()) {
    await cluster.eventually(["set", "env", "deployment/steady", `TURN=${turn}`], () => true);
    await cluster.eventually(turnsOfPods, (output) => output.includes(`"${turn}"`));
    await kill(victim);
  }
  await cluster.eventually(["rollout", "status", "deployment/steady", "--timeout=60s"], (output) =>
    output.includes("successfully rolled out"),
  );
  const pods = await cluster.eventually(
    ["get", "pods", "-o", "jsonpath={.items[*].metadata.name}"],
    (output) => output.split(" ").length === 6,
  );
  for (const pod of pods.split(" ")) {
    const turn = await cluster.kubectl("exec", pod, "--", "sh", "-c", "echo $TURN");
    assert.equal(turn, `${victims.length - 1}\n`);
  }
  await eventually(
    async () => ({ status: 0, stdout: String(shimCount()), stderr: "" }),
    (output) => output === "6",
  );
});

/** Asks which turns have pods. */
const turnsOfPods = ["get", "pods", "-o", "jsonpath={.items[*].spec.containers[0].env}"];

interface Load {
  /** Waits until so many more writes were acknowledged. */
  untilMore(count: number): Promise<void>;
  /** Ends the load; gives the names of all that was acknowledged. */
  end(): Promise<readonly string[]>;
}

/** Writers that create one ConfigMap after the other, and go on after a failure. */
function startLoad(): Load {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const acknowledged: string[] = [];
  const load = { isEnded: false };
  const write = async (writer: number) => {
    for (let turn = 0; !load.isEnded; turn++) {
      const name = `load-${writer}-${turn}`;
      const body = { metadata: { name, labels: { load: "yes" } }, data: { name } };
      const isWritten = await api.createNamespacedConfigMap({ namespace: "default", body }).then(
        () => true,
        () => false,
      );
      if (isWritten) acknowledged.push(name);
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const running = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return {
    async untilMore(count) {
      const goal = acknowledged.length + count;
      await eventually(
        () => Promise.resolve({ status: 0, stdout: String(acknowledged.length), stderr: "" }),
        (output) => Number(output) >= goal,
      );
    },
    async end() {
      load.isEnded = true;
      await running;
      return acknowledged;
    },
  };
}

/** Names, containers and restarts of the pods, by name. */
async function describeContainers(): Promise<string> {
  const status = ".status.containerStatuses[0]";
  const fields = [".metadata.name", `${status}.containerID`, `${status}.restartCount`];
  const row = fields.map((field) => `{${field}}`).join(" ");
  const template = `jsonpath={range .items[*]}${row}{"\\n"}{end}`;
  return cluster.kubectl("get", "pods", "-l", "app=steady", "-o", template);
}

/** Kills a part as soon as it runs; of containerd, that of the first node. */
async function kill(part: string): Promise<void> {
  const find = () => (part === "containerd" ? containerdPid() : supervisedPid(part));
  const pid = await eventually(
    async () => ({ status: 0, stdout: String(find() ?? ""), stderr: `${part} does not run` }),
    (output) => output !== "",
  );
  process.kill(Number(pid), "SIGKILL");
}

function supervisedPid(part: string): number | undefined {
  const state = JSON.parse(readFileSync(`${cluster.directory}/run/supervisor.json`, "utf8"));
  const found = state.parts.find(({ name }: { readonly name: string }) => name === part);
  return found !== undefined && commandLineOf(found.pid) !== "" ? found.pid : undefined;
}

/** Every pod sandbox has one shim. */
function shimCount(): number {
  const ours = `\0-address\0${cluster.directory}/`;
  return pids().filter((pid) => commandLineOf(pid).includes(ours)).length;
}

function containerdPid(): number | undefined {
  const line = `containerd\0--config\0${cluster.directory}/nodes/node-1/containerd/config.toml\0`;
  return pids().find((pid) => commandLineOf(pid).endsWith(line));
}

function pids(): readonly number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** Empty when the process has ended. */
function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
