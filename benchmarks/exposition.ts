/**
 * How fast a scrape's body is read: samples a second, for a target whose series are all known and for
 * one that is seen for the first time. The body is like kube-state-metrics': many labels, small values.
 */
import { bench, do_not_optimize, run, summary } from "mitata";
import { type ExpositionReader, SeriesTable, TextReader } from "#exposition";

const podCount = 2_000;
const metrics = [
  "kube_pod_info",
  "kube_pod_status_ready",
  "kube_pod_container_resource_requests",
  "kube_pod_container_status_restarts_total",
  "kube_pod_created",
];

const body = new TextEncoder().encode(metrics.map(familyText).join(""));
const samples = metrics.length * podCount;
const known = new SeriesTable<number>();
ingest(new TextReader(body), known);

summary(() => {
  bench(`text, ${samples} known series`, () => {
    do_not_optimize(ingest(new TextReader(body), known));
  });
  bench(`text, ${samples} new series`, () => {
    do_not_optimize(ingest(new TextReader(body), new SeriesTable()));
  });
});

const result = await run();
for (const { runs } of result.benchmarks) {
  const [first] = runs;
  const nanoseconds = first?.stats?.avg;
  if (first === undefined || nanoseconds === undefined) continue;
  const rate = samples / (nanoseconds / 1e9);
  console.log(`${first.name}: ${(rate / 1e6).toFixed(2)} million samples/s`);
}

function ingest(reader: ExpositionReader, table: SeriesTable<number>): number {
  let total = 0;
  for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
    if (entry !== "series") continue;
    if (table.find(reader) === undefined) {
      total += reader.labels().length;
      table.add(reader, table.size);
    }
    total += reader.value;
  }
  return total;
}

function familyText(metric: string): string {
  const lines = Array.from({ length: podCount }, (_, pod) => {
    const labels = [
      `namespace="team-${pod % 20}"`,
      `pod="web-7d4b9c6f5d-${pod.toString(36).padStart(5, "x")}"`,
      `uid="3f2504e0-4f89-11d3-9a0c-${pod.toString(16).padStart(12, "0")}"`,
      `container="app"`,
    ];
    const value = metric.endsWith("created") ? `1.70${pod}e+09` : String(pod % 7);
    return `${metric}{${labels.join(",")}} ${value}\n`;
  });
  return `# HELP ${metric} One of the metrics.\n# TYPE ${metric} gauge\n${lines.join("")}`;
}
