/**
 * What a person waits for, on real containers: `up` until the node is Ready, until an app answers by
 * its DNS name, one more pod; and what the processes hold in memory when nothing happens. Needs root.
 * Prints one line of JSON for each.
 *
 *   node benchmarks/cluster.ts [rounds] [pods]
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { pod } from "#api/core/v1";
import { createClient } from "#client";
import { bringUpCluster, loadExamples, type TestCluster } from "../test/e2e/cluster.ts";
import { endpointOf, parseAccess } from "../src/cli/kubeconfig.ts";
import { connect } from "../src/main/connect.ts";

const rounds = Number(process.argv[2] ?? 3);
const podCount = Number(process.argv[3] ?? 30);
const settleMs = 10_000;
const { signal } = new AbortController();

const readyMs: number[] = [];
const answerMs: number[] = [];
for (let round = 0; round < rounds; round++) {
  const startMs = performance.now();
  await using cluster = await bringUpCluster();
  readyMs.push(performance.now() - startMs);
  const loadStartMs = performance.now();
  await loadExamples(cluster, ["hello", "toolbox"]);
  const loadMs = performance.now() - loadStartMs;
  await firstAnswer(cluster);
  answerMs.push(performance.now() - startMs - loadMs);
  if (round < rounds - 1) continue;
  await measurePods(cluster);
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  await measureMemory(cluster);
}
report("up until a node is Ready, seconds", spread(readyMs.map((ms) => ms / 1_000)));
report("up until an app answers by DNS name (images loaded apart), seconds", {
  ...spread(answerMs.map((ms) => ms / 1_000)),
});

async function firstAnswer(cluster: TestCluster): Promise<void> {
  await cluster.kubectl("create", "deployment", "hello", "--image=hello:1");
  await cluster.kubectl("expose", "deployment", "hello", "--port=80", "--target-port=8080");
  const flags = ["--image=toolbox:1", "--image-pull-policy=IfNotPresent", "--restart=Never"];
  const loop = "until curl -sf --max-time 1 http://hello/; do sleep 0.05; done";
  await cluster.kubectl("run", "asker", ...flags, "--", "sh", "-c", loop);
  await cluster.eventually(["logs", "asker"], (output) => output.includes("hello from"));
}

/** One pod after the other, from the request to Running as a watcher sees it. */
async function measurePods(cluster: TestCluster): Promise<void> {
  const access = parseAccess(readFileSync(cluster.kubeconfig, "utf8"));
  const pods = createClient(await connect(endpointOf(access))).of(pod);
  const tookMs: number[] = [];
  for (let index = 0; index < podCount; index++) {
    const metadata = { name: `bench-${index}`, namespace: "default", labels: { app: "bench" } };
    const containers = [{ name: "app", image: "hello:1", imagePullPolicy: "IfNotPresent" }];
    const startMs = performance.now();
    const { resourceVersion } = (
      await pods.create(
        { metadata, spec: { containers, terminationGracePeriodSeconds: 0 } },
        {},
        signal,
      )
    ).metadata;
    const fieldSelector = `metadata.name=${metadata.name}`;
    const options = { namespace: "default", fieldSelector, resourceVersion };
    for await (const event of pods.watch(options, signal)) {
      if (event.type !== "BOOKMARK" && event.object.status.phase === "Running") break;
    }
    tookMs.push(performance.now() - startMs);
    await pods.delete({ namespace: "default", name: metadata.name }, {}, signal);
  }
  report("a pod with a local image from request to Running, milliseconds", spread(tookMs));
}

async function measureMemory(cluster: TestCluster): Promise<void> {
  const { stdout } = await cluster.wherry("status", "--output", "json");
  const found: unknown = JSON.parse(stdout);
  const parts = Reflect.get(Object(Reflect.get(Object(found), "running")), "parts");
  const figures: Record<string, number> = {};
  for (const part of Array.isArray(parts) ? parts : []) {
    const pid = Number(Reflect.get(Object(part), "pid"));
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    figures[String(Reflect.get(Object(part), "name"))] = Math.round(kilobytes / 1024);
  }
  report("resident memory when idle, MiB", figures);
}

function spread(values: readonly number[]): Readonly<Record<string, number>> {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const round = (value: number | undefined) => Math.round((value ?? 0) * 100) / 100;
  return { min: round(at(0)), p50: round(at(0.5)), p99: round(at(0.99)), count: values.length };
}

function report(what: string, figures: Readonly<Record<string, number>>): void {
  console.log(JSON.stringify({ what, ...figures }));
}
