/** OpenTelemetry's metrics, sent to the running engine and queried from it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { missingProgram, startPrometheus } from "../e2e/prometheus.ts";

const skip = missingProgram() ?? false;
const config = "otlp: {promote_resource_attributes: [cloud.region]}";

test("metrics by OTLP can be queried", { skip }, async () => {
  await using server = await startPrometheus(config, ["--web.enable-otlp-receiver"]);
  const nowMs = Date.now();
  for (const [at, count] of [
    [nowMs - 60_000, 10],
    [nowMs, 70],
  ] as const) {
    const body = gzipSync(JSON.stringify(requestOf(at, count)));
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const url = `${server.url}/api/v1/otlp/v1/metrics`;
    const response = await fetch(url, { method: "POST", body, headers });
    assert.equal(response.status, 200, await response.text());
  }
  const shown = async (query: string) =>
    (await server.query(query)).map(({ metric, value }) => [metric, value[1]]);
  const labels = { job: "checkout", instance: "i1", cloud_region: "eu" };
  assert.deepEqual(await shown("increase(http_calls_total[2m]) > bool 0"), [[labels, "1"]]);
  assert.deepEqual(await shown("histogram_count(wait_seconds)"), [[labels, "70"]]);
  assert.deepEqual(await shown("count by (job, os_type) (target_info)"), [
    [{ job: "checkout", os_type: "linux" }, "1"],
  ]);
});

test("nothing is taken in unless it is asked for", { skip }, async () => {
  await using server = await startPrometheus("global: {}");
  const response = await fetch(`${server.url}/api/v1/otlp/v1/metrics`, { method: "POST" });
  assert.deepEqual(
    [response.status, await response.text()],
    [404, "otlp write receiver needs to be enabled with --web.enable-otlp-receiver\n"],
  );
});

function requestOf(atMs: number, count: number) {
  const timeUnixNano = `${atMs}000000`;
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const sum = {
    aggregationTemporality: 2,
    isMonotonic: true,
    dataPoints: [{ timeUnixNano, asInt: String(count) }],
  };
  const positive = { offset: 0, bucketCounts: [String(count)] };
  const exponentialHistogram = {
    aggregationTemporality: 2,
    dataPoints: [{ timeUnixNano, count: String(count), sum: 1, scale: 0, positive }],
  };
  const metrics = [
    { name: "http.calls", sum },
    { name: "wait", unit: "s", exponentialHistogram },
  ];
  const attributes = [
    attribute("service.name", "checkout"),
    attribute("service.instance.id", "i1"),
    attribute("cloud.region", "eu"),
    attribute("os.type", "linux"),
  ];
  return { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] };
}
