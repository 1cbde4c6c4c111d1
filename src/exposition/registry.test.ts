import assert from "node:assert/strict";
import { test } from "node:test";
import { MetricRegistry } from "./registry.ts";
import { writeText } from "./text-writer.ts";

test("a registry exposes what was counted, set and observed, by name", () => {
  const registry = new MetricRegistry();
  const sizes = registry.histogram({ name: "sizes", help: "How large.", buckets: [1, 10] });
  const requests = registry.counter({
    name: "requests_total",
    help: "How many.",
    labelNames: ["method", "code"],
  });
  const temperature = registry.gauge({ name: "temperature", help: "How warm." });
  const get = requests.with("get", "200");
  get.add();
  get.add(2);
  requests.with("get", "200").add();
  requests.with("put", "").add();
  for (const size of [0.5, 1, 2, 100]) sizes.with().observe(size);
  temperature.with().set(20);
  temperature.with().add(-1.5);
  assert.equal(
    registry.families().map(writeText).join(""),
    `# HELP requests_total How many.
# TYPE requests_total counter
requests_total{code="200",method="get"} 4
requests_total{method="put"} 1
# HELP sizes How large.
# TYPE sizes histogram
sizes_bucket{le="1"} 2
sizes_bucket{le="10"} 3
sizes_bucket{le="+Inf"} 4
sizes_sum 103.5
sizes_count 4
# HELP temperature How warm.
# TYPE temperature gauge
temperature 18.5
`,
  );
});

test("metrics without labels start at zero, those with labels when they are used", () => {
  const registry = new MetricRegistry();
  registry.counter({ name: "a_total", help: "A." });
  registry.counter({ name: "b_total", help: "B.", labelNames: ["x"] });
  assert.deepEqual(
    registry.families().map(({ name }) => name),
    ["a_total"],
  );
});

test("sampled values are asked for at every exposition", () => {
  const registry = new MetricRegistry();
  let value = 0;
  registry.sampled({ name: "up", help: "Up.", labelNames: ["job"] }, "gauge", () => {
    value++;
    return [{ labelValues: ["n"], value }];
  });
  const shown = () => registry.families().map((family) => family.metrics[0]?.value);
  assert.deepEqual(shown(), [{ kind: "number", value: 1, exemplar: undefined }]);
  assert.deepEqual(shown(), [{ kind: "number", value: 2, exemplar: undefined }]);
});

test("a removed series is exposed no more and starts anew", () => {
  const registry = new MetricRegistry();
  const gauge = registry.gauge({ name: "g", help: "G.", labelNames: ["x"] });
  gauge.with("1").set(5);
  gauge.remove("1");
  assert.deepEqual(registry.families(), []);
  gauge.with("1").add(1);
  assert.deepEqual(
    registry.families()[0]?.metrics.map(({ value }) => value),
    [{ kind: "number", value: 1, exemplar: undefined }],
  );
});

const bugs: readonly (readonly [why: string, act: (registry: MetricRegistry) => void])[] = [
  ["a name that is taken", (registry) => registry.gauge({ name: "taken", help: "" })],
  ["a malformed name", (registry) => registry.gauge({ name: "a.b", help: "" })],
  ["a malformed label", (registry) => registry.gauge({ name: "a", help: "", labelNames: ["x-y"] })],
  [
    "too few label values",
    (registry) => registry.gauge({ name: "a", help: "", labelNames: ["x"] }).with(),
  ],
  ["a counter that falls", (registry) => registry.counter({ name: "a", help: "" }).with().add(-1)],
  ["unsorted bounds", (registry) => registry.histogram({ name: "a", help: "", buckets: [2, 1] })],
];

for (const [why, act] of bugs) {
  test(`the registry asserts against ${why}`, () => {
    const registry = new MetricRegistry();
    registry.gauge({ name: "taken", help: "" });
    assert.throws(() => act(registry));
  });
}
