/** Range queries over what was written. */
import { compare, type Figures, type Program, programs, round, startProgram } from "./programs.ts";
import { sendLoad } from "./write-load.ts";

const rounds = 1;
const turns = 5;
const seriesCount = 50_000;
const sampleCount = 40;
const intervalMs = 15_000;

const queries = [
  'container_cpu_usage_seconds_total{namespace="team-7"}',
  'sum(container_memory_rss{namespace="team-7"})',
  'rate(container_cpu_usage_seconds_total{namespace="team-7"}[2m])',
  "sum by (node) (rate(container_network_receive_bytes_total[2m]))",
  "topk(5, rate(process_cpu_seconds_total[2m]))",
  "avg_over_time(go_goroutines[5m])",
  "quantile_over_time(0.9, go_memstats_alloc_bytes[5m])",
  "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
  "max by (node) (process_open_fds) - min by (node) (process_open_fds)",
  'label_replace(kube_pod_info{namespace="team-7"}, "x", "$1", "pod", "(.).*")',
  "count(count by (namespace) (kube_pod_info))",
];

export async function measureQueries(): Promise<void> {
  await compare(
    "range queries over 10 minutes, step 1 s, milliseconds",
    { rounds, of: programs },
    measure,
  );
}

async function measure(program: Program, directory: string): Promise<Figures> {
  const running = await startProgram(program, directory);
  const message = "prometheus.WriteRequest";
  await sendLoad(running.url, { message, seriesCount, sampleCount, intervalMs });
  const figures: Record<string, number> = {};
  for (const query of queries) figures[query] = await quickest(running.url, query);
  await running.stop("SIGKILL");
  return figures;
}

async function quickest(url: string, query: string): Promise<number> {
  const endMs = Math.floor(Date.now() / intervalMs) * intervalMs;
  const parameters = new URLSearchParams({
    query,
    start: String((endMs - sampleCount * intervalMs) / 1_000),
    end: String(endMs / 1_000),
    step: "1",
  });
  const tookMs: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const beforeMs = performance.now();
    const response = await fetch(`${url}/api/v1/query_range?${parameters}`);
    await response.arrayBuffer();
    tookMs.push(performance.now() - beforeMs);
  }
  return round(Math.min(...tookMs));
}
