/**
 * The monitoring engine and, in the same run on the same machine, the real Prometheus (Debian's
 * `prometheus`; without it only our own figures are printed): the same samples from the same client,
 * one program after the other, in turn. Processor time is that of the program's process alone.
 *
 *   node benchmarks/prometheus.ts [query|write|scrape|memory|disk …]
 */
import process from "node:process";
import { measureDisk } from "./prometheus/disk.ts";
import { measureMemory } from "./prometheus/memory.ts";
import { measureQueries } from "./prometheus/query.ts";
import { measureScrapes } from "./prometheus/scrape.ts";
import { measureWrites } from "./prometheus/write.ts";

const parts: Readonly<Record<string, () => Promise<void>>> = {
  query: measureQueries,
  write: measureWrites,
  scrape: measureScrapes,
  memory: measureMemory,
  disk: measureDisk,
};

const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await measure();
}
