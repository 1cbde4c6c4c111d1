/**
 * From more load to one more pod that is Ready, on real containers: with the regular look of every 15 s,
 * and with an autoscaler that reacts to samples. Needs root. Prints one line of JSON for each.
 *
 *   node benchmarks/autoscaling.ts [rounds]
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { deployment } from "#api/apps/v1";
import { horizontalPodAutoscaler } from "#api/autoscaling/v2";
import { pod } from "#api/core/v1";
import { podMetrics } from "#api/metrics/v1beta1";
import { createClient } from "#client";
import { endpointOf, parseAccess } from "../src/cli/kubeconfig.ts";
import { connect } from "../src/main/connect.ts";
import { bringUpCluster, loadExamples, type TestCluster } from "../test/e2e/cluster.ts";

const rounds = Number(process.argv[2] ?? 10);
const syncPeriodMs = 15_000;
const patienceMs = 60_000;
const key = { namespace: "default", name: "hello" };
const labelSelector = "app=hello";
const { signal } = new AbortController();

interface Round {
  /** From more load until the target has a new size. */
  readonly decidedMs: number;
  /** From then until a new pod is Ready. */
  readonly readyMs: number;
}

await using cluster = await bringUpCluster("--no-monitor");
await loadExamples(cluster, ["hello", "toolbox"]);
const access = parseAccess(readFileSync(cluster.kubeconfig, "utf8"));
const client = createClient(await connect(endpointOf(access)));
await prepare(cluster);
for (const react of ["every 15 s", "samples"] as const) {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measure(react));
  report(
    `from more load to the decision, reacting to ${react}, ms`,
    measured.map((one) => one.decidedMs),
  );
  report(
    `from the decision to a new pod Ready, reacting to ${react}, ms`,
    measured.map((one) => one.readyMs),
  );
  report(
    `from more load to a new pod Ready, reacting to ${react}, ms`,
    measured.map((one) => one.decidedMs + one.readyMs),
  );
}

/** One pod to be scaled, and a client that asks it for work while a file is there. */
async function prepare({ kubectl, kubectlWith }: TestCluster): Promise<void> {
  const containers = [
    {
      name: "hello",
      image: "hello:1",
      imagePullPolicy: "IfNotPresent",
      readinessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 1 },
      resources: { requests: { cpu: "50m" } },
    },
  ];
  const template = {
    metadata: { labels: { app: "hello" } },
    spec: { containers, terminationGracePeriodSeconds: 0 },
  };
  const spec = { replicas: 1, selector: { matchLabels: { app: "hello" } }, template };
  await client.of(deployment).create({ metadata: key, spec }, {}, signal);
  await kubectl("expose", "deployment", "hello", "--port=80", "--target-port=8080");
  const loop =
    "while true; do if [ -e /tmp/on ]; then curl -s -m 5 'http://hello/burn?ms=100' >/dev/null; else sleep 0.05; fi; done";
  const load = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "load" },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "load",
          image: "toolbox:1",
          imagePullPolicy: "IfNotPresent",
          command: ["sh", "-c", loop],
        },
      ],
    },
  };
  await kubectlWith(JSON.stringify(load), "apply", "-f", "-");
  await kubectl("wait", "--for=condition=Ready", "pod", "--all", "--timeout=60s");
}

async function measure(react: string): Promise<Round> {
  await calm();
  const metadata = {
    ...key,
    annotations: react === "samples" ? { "autoscaling.wherry/react": "samples" } : {},
  };
  const target = { type: "Utilization", averageUtilization: 50 };
  const spec = {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "hello" },
    minReplicas: 1,
    maxReplicas: 2,
    metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
  };
  await client.of(horizontalPodAutoscaler).create({ metadata, spec }, {}, signal);
  // The load comes at any moment between two looks.
  await passed(Math.random() * syncPeriodMs);
  await cluster.kubectl("exec", "load", "--", "touch", "/tmp/on");
  const startMs = performance.now();
  await until(async () => (await client.of(deployment).get(key, signal)).spec.replicas === 2);
  const decidedMs = performance.now() - startMs;
  await until(
    async () => (await client.of(deployment).get(key, signal)).status.readyReplicas === 2,
  );
  const readyMs = performance.now() - startMs - decidedMs;
  await cluster.kubectl("exec", "load", "--", "rm", "/tmp/on");
  await client.of(horizontalPodAutoscaler).delete(key, {}, signal);
  return { decidedMs, readyMs };
}

/** One pod again, which has nothing to do. */
async function calm(): Promise<void> {
  const body = { spec: { replicas: 1 } };
  await client.of(deployment).patch(key, { type: "merge", body }, {}, signal);
  const options = { namespace: key.namespace, labelSelector };
  await until(async () => (await client.of(pod).list(options, signal)).items.length === 1);
  await until(async () => {
    const { items } = await client.of(podMetrics).list(options, signal);
    const cpu = items[0]?.containers[0]?.usage["cpu"] ?? "";
    return items.length === 1 && /^\d{1,7}n$|^[0-9]m$/.test(cpu);
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error("it never came to that");
    await passed(20);
  }
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function report(what: string, values: readonly number[]): void {
  const sorted = values.map(Math.round).sort((left, right) => left - right);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  console.log(JSON.stringify({ what, p50: at(0.5), p99: at(0.99), of: sorted.length }));
}
