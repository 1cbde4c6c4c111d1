/** Remote read between ours and the real prometheus, both ways, as chunks and as samples. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { compressSnappy, decompressSnappy } from "#base";
import { encodeWriteRequest, type HistogramRow, type OutgoingSeries } from "#remote";
import { histogramOf, labelsOf } from "#series";
import { openFolder } from "../../src/host/testing.ts";
import { missingProgram, startPrometheus as startOurs } from "../e2e/prometheus.ts";
import { prometheusMissing, startPrometheus as startReal } from "./real-prometheus.ts";

const skip = prometheusMissing || (missingProgram() ?? false);
const receives = ["--web.enable-remote-write-receiver"];
const stepMs = 15_000;
const samplesPerSeries = 700;

// Everything a reader may get wrong: many chunks, stale markers, hostile label values.
const queries = [
  'floats{n=~".*"}',
  'rate(floats{n="1"}[5m])',
  "sum by (n) (increase(floats[10m]))",
  "odd",
  'floats{n!="2",n!~"[34]"} offset 3m',
];
/** The real one of this version neither asks for histograms nor sends them as samples. */
const histogramQueries = ["histogram_count(native)", "histogram_sum(native)", "count(native)"];

test("the real Prometheus reads from us", { skip }, async () => {
  await using folder = await openFolder();
  await using ours = await startOurs("global: {external_labels: {site: a}}", receives);
  const endMs = await fill(ours.url);
  await writeFile(`${folder.path}/prometheus.yml`, readingFrom(ours.url));
  await using real = await startReal(`${folder.path}/data`, `${folder.path}/prometheus.yml`);
  await assertSame(real.url, ours.url, endMs);
});

for (const way of ["chunked", "sampled"] as const) {
  test(`we read ${way} answers of the real Prometheus`, { skip }, async () => {
    await using folder = await openFolder();
    const file = `${folder.path}/prometheus.yml`;
    await writeFile(file, "global: {external_labels: {site: a}}\n");
    await using real = await startReal(`${folder.path}/data`, file, receives);
    const endMs = await fill(real.url);
    await using source = way === "sampled" ? await samplesOnly(real.url) : direct(real.url);
    await using ours = await startOurs(readingFrom(source.url));
    await assertSame(ours.url, real.url, endMs, way === "chunked" ? histogramQueries : []);
    await assertCounted(ours.url, way);
  });
}

test("we read from each other", { skip }, async () => {
  await using source = await startOurs("global: {external_labels: {site: a}}", [
    ...receives,
    "--storage.remote.read-max-bytes-in-frame=500",
  ]);
  const endMs = await fill(source.url);
  await using ours = await startOurs(readingFrom(source.url));
  await assertSame(ours.url, source.url, endMs, [
    ...histogramQueries,
    "histogram_quantile(0.9, rate(native[10m]))",
  ]);
  await assertCounted(ours.url, "chunked");
});

test("a server that is gone is a warning, and the rest is answered", { skip }, async () => {
  await using ours = await startOurs(readingFrom("http://127.0.0.1:1"), receives);
  const endMs = await fill(ours.url);
  const answer = await asked(ours.url, "query", { query: "odd", time: String(endMs / 1_000) });
  assert.equal(resultOf(answer).length, 1);
  assert.match(
    String((answer["warnings"] as readonly string[])[0]),
    /^remote_read: error sending request: Post "http:\/\/127\.0\.0\.1:1\/api\/v1\/read": dial tcp 127\.0\.0\.1:1: connect: connection refused$/,
  );
});

function readingFrom(url: string): string {
  return `
global: {external_labels: {site: a}}
remote_read:
  - {name: other, url: "${url}/api/v1/read", read_recent: true}
`;
}

/** Writes a few hours of samples, up to now; gives the time of the last ones. */
async function fill(url: string): Promise<number> {
  const endMs = Math.floor(Date.now() / stepMs) * stepMs;
  const startMs = endMs - (samplesPerSeries - 1) * stepMs;
  const floats = [1, 2, 3, 4, 5].map((n) =>
    floatSeries({ __name__: "floats", n: String(n) }, startMs, (at) => Math.floor(at * n * 1.5)),
  );
  const odd = floatSeries({ __name__: "odd", text: 'a"\\\n€' }, startMs, (at) => Math.sin(at) / 3);
  const body = compressSnappy(
    encodeWriteRequest([...floats, odd, histogramSeries(startMs)], "prometheus.WriteRequest"),
  );
  const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
  const request = { method: "POST", body: new Uint8Array(body), headers };
  const response = await fetch(`${url}/api/v1/write`, request);
  assert.equal(response.status, 204, await response.text());
  return endMs;
}

function floatSeries(
  labels: Readonly<Record<string, string>>,
  startMs: number,
  valueAt: (index: number) => number,
): OutgoingSeries {
  const values = Float64Array.from({ length: samplesPerSeries }, (_, at) => valueAt(at));
  // A gap that a stale marker begins.
  new BigUint64Array(values.buffer)[samplesPerSeries - 20] = 0x7ff0000000000002n;
  return {
    labels: labelsOf(Object.entries(labels)),
    floats: {
      count: samplesPerSeries,
      timestampsMs: values.map((_, at) => startMs + at * stepMs),
      values,
      startTimestampsMs: new Float64Array(samplesPerSeries),
    },
    histograms: [],
    exemplars: [],
    metadata: undefined,
  };
}

function histogramSeries(startMs: number): OutgoingSeries {
  const histograms = Array.from({ length: samplesPerSeries }, (_, at): HistogramRow => {
    const buckets = [at, 2 * at, 5, at];
    const count = buckets.reduce((sum, one) => sum + one, 0);
    const histogram = histogramOf({
      counts: "integer",
      schema: 1,
      count,
      sum: at * 3.5,
      zeroThreshold: 0.001,
      buckets,
      offset: -1,
    });
    return { timestampMs: startMs + at * stepMs, startTimestampMs: 0, histogram };
  });
  const none = { count: 0, timestampsMs: new Float64Array(0), values: new Float64Array(0) };
  return {
    labels: labelsOf([["__name__", "native"]]),
    floats: { ...none, startTimestampsMs: new Float64Array(0) },
    histograms,
    exemplars: [],
    metadata: undefined,
  };
}

async function assertSame(
  url: string,
  sourceUrl: string,
  endMs: number,
  more: readonly string[] = [],
): Promise<void> {
  // Off the samples: whether a range includes its left end differs between versions.
  const end = String(endMs / 1_000 - 0.007);
  const range = { start: String(endMs / 1_000 - 9_000.007), end, step: "47" };
  const results = (one: string, query: string) => asked(one, "query_range", { query, ...range });
  for (const query of [...queries, ...more]) {
    const found = resultOf(await results(url, query));
    const want = resultOf(await results(sourceUrl, query));
    assert.ok(want.length > 0, `${query} finds something`);
    assert.deepEqual(found, want, query);
  }
}

async function assertCounted(url: string, kind: "chunked" | "sampled"): Promise<void> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const name = "prometheus_remote_read_client_queries_total";
  assert.match(page, new RegExp(`^${name}\\{[^}]*response_type="${kind}"[^}]*\\} \\d`, "m"));
}

type Answer = Readonly<Record<string, unknown>>;

async function asked(
  url: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const answer = (await response.json()) as Answer;
  assert.equal(answer["status"], "success", JSON.stringify(answer));
  return answer;
}

function resultOf(answer: Answer): readonly unknown[] {
  return (answer["data"] as { readonly result: readonly unknown[] }).result;
}

function direct(url: string): AsyncDisposable & { readonly url: string } {
  return { url, async [Symbol.asyncDispose]() {} };
}

/** A server in between that makes every reader ask for samples. */
async function samplesOnly(url: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => void passOn(url, request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

async function passOn(url: string, request: IncomingMessage, response: ServerResponse) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const sent = decompressSnappy(new Uint8Array(Buffer.concat(chunks)), 1 << 20);
  // The accepted types are the last field, packed: chunks, then samples.
  assert.deepEqual([...sent.subarray(-4)], [18, 2, 1, 0]);
  const body = new Uint8Array(compressSnappy(sent.subarray(0, -4)));
  const answer = await fetch(`${url}${request.url}`, { method: "POST", body });
  assert.equal(answer.headers.get("content-type"), "application/x-protobuf");
  const headers = { "content-type": "application/x-protobuf", "content-encoding": "snappy" };
  response.writeHead(answer.status, headers).end(new Uint8Array(await answer.arrayBuffer()));
}
