import assert from "node:assert/strict";
import { test } from "node:test";
import { parseReading } from "./parse-reading.ts";
import type { NodeReading, UsagePoint } from "./reading.ts";

const receivedAtMs = 9_000;

// Samples are written without their prefixes and labels: "cpu a/web/app" is the processor time of the
// container app in the pod a/web, "cpu" that of the node.
const cases: readonly (readonly [rule: string, samples: string, want: string])[] = [
  ["reads a node", "cpu 2.5 7000\nmem 100 7000", "node 2.5s 100B @7000"],
  ["takes the time of arrival for what has none", "cpu 2.5\nmem 100", "node 2.5s 100B @9000"],
  ["leaves a node out that lacks memory", "cpu 2.5 7000", ""],
  ["leaves a node out that used nothing", "cpu 0 7000\nmem 5 7000", ""],
  [
    "reads a container with its start",
    "cpu a/web/app 1e1 7000\nmem a/web/app 64 7000\nstart a/web/app 3.5",
    "a/web app 10s 64B @7000 since 3500",
  ],
  [
    "reads the containers of a pod together",
    "cpu a/web/app 1 7000\ncpu a/web/log 2 7001\nmem a/web/app 3 7000\nmem a/web/log 4 7001",
    "a/web app 1s 3B @7000 log 2s 4B @7001",
  ],
  [
    "leaves a pod out of which one container used nothing",
    "cpu a/web/app 1 7000\ncpu a/web/log 0 7000\nmem a/web/app 3 7000\nmem a/web/log 4 7000",
    "",
  ],
  ["leaves a pod out of which only the start is known", "start a/web/app 3.5", ""],
];

for (const [rule, samples, want] of cases) {
  test(`a reading ${rule}`, () => {
    assert.equal(show(parseReading(pageOf(samples), receivedAtMs)), want);
  });
}

test("other metrics are passed over, and names in labels may hold anything", () => {
  const page = [
    "# HELP container_cpu_usage_seconds_total [STABLE] time",
    "# TYPE container_cpu_usage_seconds_total counter",
    'container_cpu_usage_seconds_total{pod="w\\"b",container="a",namespace="n"} 1 5',
    'container_memory_working_set_bytes{pod="w\\"b",container="a",namespace="n"} 2 5',
    'pod_cpu_usage_seconds_total{namespace="n",pod="p"} 2 5',
    "resource_scrape_error 0",
    "",
  ].join("\n");
  const { pods } = parseReading(new TextEncoder().encode(page), receivedAtMs);
  assert.deepEqual([...pods.keys()], ['n/w"b']);
});

test("a page that breaks the format is refused", () => {
  assert.throws(() => parseReading(new TextEncoder().encode("node_cpu{ 1\n"), 0), {
    name: "ExpositionError",
  });
});

const families = {
  cpu: "cpu_usage_seconds_total",
  mem: "memory_working_set_bytes",
  start: "start_time_seconds",
} as const;

function pageOf(samples: string): Uint8Array {
  const lines = samples.split("\n").map((line) => {
    const [, metric = "", place, rest = ""] = /^(\w+) (?:(\S+\/\S+) )?(.*)$/.exec(line) ?? [];
    const family = families[metric as keyof typeof families];
    if (place === undefined) return `node_${family} ${rest}`;
    const [namespace, pod, container] = place.split("/");
    const labels = `container="${container}",namespace="${namespace}",pod="${pod}"`;
    return `container_${family}{${labels}} ${rest}`;
  });
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

function show({ node, pods }: NodeReading): string {
  const shownNode = node === undefined ? [] : [`node ${showPoint(node)}`];
  const shownPods = [...pods].map(
    ([key, points]) =>
      `${key} ${[...points].map(([name, point]) => `${name} ${showPoint(point)}`).join(" ")}`,
  );
  return [...shownNode, ...shownPods].join("; ");
}

function showPoint({ cpuSeconds, memoryBytes, atMs, startedAtMs }: UsagePoint): string {
  const since = startedAtMs === 0 ? "" : ` since ${startedAtMs}`;
  return `${cpuSeconds}s ${memoryBytes}B @${atMs}${since}`;
}
