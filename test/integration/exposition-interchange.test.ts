/** The real prometheus scrapes what is written here, and what it exposes is read here, in every format. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import {
  chooseBodyFormat,
  type ExpositionReader,
  type MetricFamily,
  OpenMetricsReader,
  openMetricsEnd,
  ProtobufExpositionReader,
  TextReader,
  writeOpenMetrics,
  writeProtobuf,
  writeText,
} from "#exposition";
import { formatHistogram, histogramOf, type Labels, labelPairs, labelsOf } from "#series";
import { prometheusMissing, type RealPrometheus, startPrometheus } from "./real-prometheus.ts";

const native = histogramOf({
  schema: 2,
  counts: "integer",
  count: 16,
  sum: 12.5,
  zeroCount: 2,
  zeroThreshold: 0.001,
  buckets: [3, 0, 5, 2],
  offset: -3,
  negativeBuckets: [4],
});

const families: readonly MetricFamily[] = [
  familyOf("requests_total", "counter", [
    { kind: "number", value: 12, exemplar: { labels: ["trace", "x"], value: 1, timestampMs: 0 } },
  ]),
  familyOf("temperature", "gauge", [{ kind: "number", value: -1.5e-7, exemplar: undefined }]),
  familyOf("odd", "unknown", [
    { kind: "number", value: Number.POSITIVE_INFINITY, exemplar: undefined },
  ]),
  familyOf("latency", "summary", [
    { kind: "summary", count: 3, sum: 0.75, quantiles: [{ quantile: 0.5, value: 0.25 }] },
  ]),
  familyOf("sizes", "histogram", [
    {
      kind: "histogram",
      count: 7,
      sum: 20.25,
      buckets: [
        { upper: 0.5, cumulativeCount: 2, exemplar: undefined },
        { upper: 2.5, cumulativeCount: 5, exemplar: undefined },
      ],
      native: undefined,
      exemplars: [],
    },
  ]),
];

const nativeFamily = familyOf("waits", "histogram", [
  { kind: "histogram", count: 16, sum: 12.5, buckets: [], native, exemplars: [] },
]);

const textTypes = {
  text: "text/plain; version=0.0.4",
  openmetrics: "application/openmetrics-text; version=1.0.0",
};
const protobufType =
  "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

const bodies: ReadonlyMap<string, { readonly type: string; readonly body: Uint8Array }> = new Map([
  ["text", { type: textTypes.text, body: encoded(families.map(writeText).join("")) }],
  [
    "openmetrics",
    {
      type: textTypes.openmetrics,
      body: encoded(families.map(writeOpenMetrics).join("") + openMetricsEnd),
    },
  ],
  [
    "protobuf",
    {
      type: protobufType,
      body: Uint8Array.from(
        [...families, nativeFamily].flatMap((family) => [...writeProtobuf(family)]),
      ),
    },
  ],
]);

test("prometheus and this program understand each other's metrics", {
  skip: prometheusMissing,
  timeout: 90_000,
}, async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), "wherry-exposition-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await using target = await serveBodies();
  const config = path.join(directory, "prometheus.yml");
  const jobs = [...bodies.keys()].map((job) => {
    const targets = `[{targets: ["${target.address}"]}]`;
    return `{job_name: ${job}, metrics_path: /${job}, static_configs: ${targets}}`;
  });
  await writeFile(config, `{global: {scrape_interval: 1s}, scrape_configs: [${jobs.join(", ")}]}`);
  await using prometheus = await startPrometheus(path.join(directory, "data"), config);

  for (const [job, { type, body }] of bodies) {
    await t.test(`prometheus scrapes the format ${job}`, async () => {
      await untilUp(prometheus, job);
      const stored = await seriesOf(prometheus, job);
      for (const [labels, value] of readAll(openBody(type, body))) {
        assert.equal(stored.get(labels), value, labels);
      }
    });
  }

  await t.test("what prometheus exposes is the same in every format", async () => {
    const accepted = [textTypes.text, textTypes.openmetrics, protobufType];
    const names: string[][] = [];
    for (const accept of accepted) {
      const answer = await fetch(`${prometheus.url}/metrics`, { headers: { accept } });
      const body = new Uint8Array(await answer.arrayBuffer());
      const samples = readAll(openBody(answer.headers.get("content-type") ?? "", body));
      // Series come with what the server does; those of the Go runtime are always there.
      names.push([...samples.keys()].filter((labels) => labels.includes('"go_')).sort());
    }
    const [text, openMetrics, protobuf] = names;
    assert.ok((text?.length ?? 0) > 30);
    assert.deepEqual(protobuf, text);
    assert.deepEqual(openMetrics, text);
  });
});

function openBody(contentType: string, body: Uint8Array): ExpositionReader {
  const { format } = chooseBodyFormat(contentType, undefined);
  if (format === "text") return new TextReader(body);
  if (format === "openmetrics") return new OpenMetricsReader(body, "series");
  const options = { nativeHistograms: "read", classicHistograms: "unless native" } as const;
  return new ProtobufExpositionReader(body, options);
}

/** Each sample's value as text, by its labels. */
function readAll(reader: ExpositionReader): ReadonlyMap<string, string> {
  const samples = new Map<string, string>();
  for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
    if (entry !== "series" && entry !== "histogram") continue;
    const { histogram, value } = reader;
    const shown = histogram === undefined ? String(value) : formatHistogram(histogram);
    samples.set(showLabels(reader.labels()), shown);
  }
  return samples;
}

function showLabels(labels: Labels): string {
  return JSON.stringify([...labelPairs(labels)]);
}

async function untilUp(prometheus: RealPrometheus, job: string): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const found = (await prometheus.query("/api/v1/query", {
      query: `up{job="${job}"}`,
    })) as Answer;
    if (found.result[0]?.value?.[1] === "1") return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert.fail(`prometheus does not scrape ${job}`);
}

/** What the HTTP API answers to an instant query. */
interface Answer {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value?: readonly [number, string];
    readonly histogram?: readonly [number, AnswerHistogram];
  }[];
}

interface AnswerHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets: readonly (readonly [number, string, string, string])[];
}

async function seriesOf(
  prometheus: RealPrometheus,
  job: string,
): Promise<ReadonlyMap<string, string>> {
  const found = (await prometheus.query("/api/v1/query", { query: `{job="${job}"}` })) as Answer;
  const entries = found.result.map(({ metric, value, histogram }) => {
    const { job: _job, instance: _instance, ...own } = metric;
    const shown = histogram === undefined ? numberText(value?.[1]) : histogramText(histogram[1]);
    return [showLabels(labelsOf(Object.entries(own))), shown] as const;
  });
  return new Map(entries);
}

function numberText(text = ""): string {
  return String(Number(text.replace("Inf", "Infinity")));
}

function histogramText({ count, sum, buckets }: AnswerHistogram): string {
  const shown = buckets.map(([boundaries, lower, upper, inside]) => {
    const [open, close] = [
      boundaries === 0 || boundaries === 2 ? "(" : "[",
      boundaries === 1 || boundaries === 2 ? ")" : "]",
    ];
    return `, ${open}${lower},${upper}${close}:${inside}`;
  });
  return `{count:${count}, sum:${sum}${shown.join("")}}`;
}

async function serveBodies(): Promise<AsyncDisposable & { readonly address: string }> {
  const server = createServer((request, response) => {
    const found = bodies.get(request.url?.slice(1) ?? "");
    response.setHeader("content-type", found?.type ?? "text/plain");
    response.end(found?.body);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

function familyOf(
  name: string,
  type: MetricFamily["type"],
  values: readonly MetricFamily["metrics"][number]["value"][],
): MetricFamily {
  const metrics = values.map((value) => {
    return { labels: ["path", '/a"b\\'], value, timestampMs: 0, startTimestampMs: 0 };
  });
  return { name, help: `The ${name}.`, type, unit: "", metrics };
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
