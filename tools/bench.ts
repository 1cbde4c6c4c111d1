/**
 * Runs every benchmark, one after the other, and prints what each prints. `npm run bench`.
 * Method and results of a run worth keeping are written down in docs/performance.md.
 */
import { spawnSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import process from "node:process";

const benchmarks: readonly (readonly string[])[] = [
  ["benchmarks/cluster.ts"],
  ["benchmarks/autoscaling.ts"],
  ["benchmarks/simulate.ts"],
  ["benchmarks/apiserver.ts"],
  ["benchmarks/api-and-etcd.ts"],
  ["--expose-gc", "benchmarks/store.bench.ts"],
  ["benchmarks/http-server.ts"],
  ["benchmarks/scheduler.ts"],
  ["benchmarks/dns.ts"],
  ["benchmarks/nftables.ts"],
  ["benchmarks/prometheus.ts"],
  ["benchmarks/promql-range.ts"],
  ["benchmarks/alertmanager.ts"],
  ["benchmarks/api-codec.ts"],
  ["benchmarks/exposition.ts"],
  ["benchmarks/scrape.ts"],
  ["benchmarks/tsdb-chunks.ts"],
  ["benchmarks/promql-parse.ts"],
  ["benchmarks/tsdb.ts"],
  ["benchmarks/stack.ts"],
];

const wanted = process.argv.slice(2);
const [cpu] = cpus();
console.log(
  `machine: ${cpus().length} × ${cpu?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
    `Node ${process.version}, load ${loadavg()[0]?.toFixed(2)}`,
);
let failed = 0;
for (const words of benchmarks) {
  const file = words.at(-1) ?? "";
  if (wanted.length > 0 && !wanted.some((word) => file.includes(word))) continue;
  console.log(`\n${file}`);
  const ended = spawnSync(process.execPath, words, { stdio: "inherit" });
  if (ended.status !== 0) {
    failed++;
    console.log(`failed with ${ended.status ?? ended.signal}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
