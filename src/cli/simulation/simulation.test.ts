import assert from "node:assert/strict";
import { test } from "node:test";
import { simulateHpaCommand } from "../commands/simulate.ts";
import { dispatch } from "../dispatch.ts";
import { screenOf } from "../testing.ts";
import { readRecordedLoad } from "./recorded-load.ts";

const manifest = (kind: string, spec: string) =>
  `{apiVersion: ${kind === "Deployment" ? "apps/v1" : "autoscaling/v2"}, kind: ${kind}, metadata: {name: web}, spec: ${spec}}`;
const autoscaler = (percent: number) =>
  manifest(
    "HorizontalPodAutoscaler",
    `{scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 30,
      metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: ${percent}}}}]}`,
  );
const workload = manifest(
  "Deployment",
  `{selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {
    volumes: [{name: v, emptyDir: {}}],
    containers: [{name: web, image: i, resources: {requests: {cpu: 100m}}, volumeMounts: [{name: v, mountPath: /v}]}]}}}`,
);
const files = {
  "/home/me/a.yaml": `${autoscaler(50)}\n---\n${workload}`,
  "/home/me/b.yaml": autoscaler(25),
  "/home/me/load.csv": "time,cpu\n0,0.5\n10m,0.5\n",
};

async function run(...words: readonly string[]): Promise<readonly string[]> {
  const { context, lines } = screenOf(files);
  const status = await dispatch([simulateHpaCommand], ["simulate", "hpa", ...words], context);
  return [...lines, `exit ${status}`];
}

test("two autoscalers are shown beside each other, without any cluster", async () => {
  const lines = await run("-f", "a.yaml,b.yaml", "--load", "load.csv", "--request", "cpu=100m");
  const table = lines.slice(lines.findIndex((line) => / A +B$/.test(line)));
  assert.deepEqual(
    table.filter((line) => /replicas|size|exit/.test(line)),
    [
      "most replicas                      11     21",
      "mean replicas                      11.0   21.0",
      "changes of size                    0      0",
      "exit 0",
    ],
  );
});

test("what programs read has every step", async () => {
  const [text = ""] = await run("-f", "a.yaml", "--load", "load.csv", "-o", "json");
  const { runs } = JSON.parse(text);
  assert.equal(runs[0].steps.length, 40);
  assert.deepEqual(runs[0].steps[0], {
    atMs: 0,
    requests: 0,
    demandMillis: 500,
    desired: 11,
    ready: 11,
    nodes: 1,
    unplaced: 0,
    utilization: 500 / 11_000,
    missed: false,
  });
});

const wrong: readonly (readonly [words: string, problem: RegExp])[] = [
  ["-f a.yaml", /takes its load from one of --load and --replay/],
  ["-f a.yaml --load load.csv --replay 1h", /takes its load from one of/],
  ["-f c.yaml --load load.csv", /no such file: c.yaml/],
  ["-f b.yaml --load load.csv", /b.yaml has no Deployment "web".*--request cpu=500m/],
  ["-f load.csv --load load.csv", /load.csv has no HorizontalPodAutoscaler/],
  ["-f a.yaml --load load.csv --slo 0", /the objective must be above 0/],
];

for (const [words, problem] of wrong) {
  test(`simulate hpa ${words} says what is wrong`, async () => {
    const said = (await run(...words.split(" "))).join("\n");
    assert.match(said, problem);
    assert.match(said, /exit [12]/);
  });
}

test("recorded load is what a workload's pods used, from its first sample on", async () => {
  const asked: string[] = [];
  const values = [
    [1_000, "0.5"],
    [1_015, "0.75"],
  ];
  const answer = {
    status: "success",
    data: { resultType: "matrix", result: [{ metric: {}, values }] },
  };
  const connector = {
    open: async () => ({
      send: async ({ target }: { readonly target: string }) => {
        asked.push(new URLSearchParams(target.split("?")[1]).get("query") ?? "");
        return { status: 200, headers: {}, body: new TextEncoder().encode(JSON.stringify(answer)) };
      },
      upgrade: () => Promise.reject(new Error("not in this test")),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  const wanted = { namespace: "shop", name: "web", spanMs: 3_600_000 };
  const deps = { connector, nowMs: 4_600_000 };
  const { signal } = new AbortController();
  const shape = await readRecordedLoad(deps, new URL("http://127.0.0.1:9090"), wanted, signal);
  assert.deepEqual(shape.points, [
    { atMs: 0, values: { cpu: 0.5 } },
    { atMs: 15_000, values: { cpu: 0.75 } },
  ]);
  assert.deepEqual(asked, [
    'sum(rate(container_cpu_usage_seconds_total{namespace="shop",pod=~"web(-[a-z0-9]+)?-[a-z0-9]+",container!=""}[120s]))',
  ]);
});
