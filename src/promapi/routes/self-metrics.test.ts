import assert from "node:assert/strict";
import { test } from "node:test";
import { MetricRegistry } from "#exposition";
import { selfMetricsRoutes } from "./self-metrics.ts";

test("own metrics are told as protobuf's JSON", () => {
  const registry = new MetricRegistry();
  registry
    .counter({ name: "a_total", help: "A.", labelNames: ["x"] })
    .with("1")
    .add(2);
  registry.gauge({ name: "b", help: "B." }).with().set(Number.POSITIVE_INFINITY);
  registry
    .histogram({ name: "c", help: "C.", buckets: [0.5] })
    .with()
    .observe(0.25);
  const quantiles = [{ quantile: 0.5, value: Number.NaN }];
  registry.summary({ name: "d", help: "D." }, () => [
    { labelValues: [], value: { count: 3, sum: 1.5, quantiles } },
  ]);
  assert.deepEqual(asked(registry, ""), [
    {
      name: "a_total",
      help: "A.",
      type: "COUNTER",
      metric: [{ label: [{ name: "x", value: "1" }], counter: { value: 2 } }],
    },
    { name: "b", help: "B.", type: "GAUGE", metric: [{ gauge: { value: "Infinity" } }] },
    {
      name: "c",
      help: "C.",
      type: "HISTOGRAM",
      metric: [
        {
          histogram: {
            sampleCount: "1",
            sampleSum: 0.25,
            bucket: [{ cumulativeCount: "1", upperBound: 0.5 }],
          },
        },
      ],
    },
    {
      name: "d",
      help: "D.",
      type: "SUMMARY",
      metric: [
        {
          summary: {
            sampleCount: "3",
            sampleSum: 1.5,
            quantile: [{ quantile: 0.5, value: "NaN" }],
          },
        },
      ],
    },
  ]);
  const names = (pattern: string) =>
    (asked(registry, pattern) as readonly { readonly name: string }[]).map(({ name }) => name);
  assert.deepEqual(names("a_.*|b"), ["a_total", "b"]);
  assert.throws(() => asked(registry, "("), /invalid metric_name_pattern: error parsing regexp/);
});

function asked(registry: MetricRegistry, pattern: string): unknown {
  const [route] = selfMetricsRoutes(() => registry.families());
  const peer = { address: undefined, certificate: undefined };
  const received = { method: "GET", target: "/", headers: {}, body: undefined, peer };
  const form = new URLSearchParams({ metric_name_pattern: pattern });
  const answer = route?.serve(
    { received, target: "/", path: new Map(), form, nowMs: 0 },
    new AbortController().signal,
  );
  assert.ok(answer !== undefined && "data" in answer && typeof answer.data === "string");
  return JSON.parse(answer.data);
}
