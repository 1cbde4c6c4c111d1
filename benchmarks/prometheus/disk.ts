/** Bytes for each sample on disk, in the blocks of half a day of a Kubernetes-like load. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import {
  compare,
  type Figures,
  metricOf,
  pause,
  type Program,
  programs,
  startProgram,
} from "./programs.ts";
import { sendLoad } from "./write-load.ts";

const seriesCount = 5_000;
const intervalMs = 30_000;
const sampleCount = 12 * 120;
const hourMs = 3_600_000;
const patienceMs = 300_000;

export async function measureDisk(): Promise<void> {
  await compare("12 hours of 5,000 series on disk", { rounds: 1, of: programs }, measure);
}

async function measure(program: Program, directory: string): Promise<Figures> {
  const running = await startProgram(program, directory);
  const message = "prometheus.WriteRequest";
  await sendLoad(running.url, { message, seriesCount, sampleCount, intervalMs });
  await untilCompacted(running.url);
  await running.stop("SIGTERM");
  return blockFigures(path.join(directory, "data"));
}

/** The head keeps at most three hours when blocks are made of the rest. */
async function untilCompacted(url: string): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    const minMs = await metricOf(url, "prometheus_tsdb_head_min_time");
    const maxMs = await metricOf(url, "prometheus_tsdb_head_max_time");
    // Larger blocks are made of the smaller ones behind that.
    if (maxMs - minMs <= 3 * hourMs) return pause(5_000);
    await pause(1_000);
  }
  throw new Error("it did not compact");
}

function blockFigures(directory: string): Figures {
  let samples = 0;
  let chunkBytes = 0;
  let indexBytes = 0;
  let blocks = 0;
  for (const name of readdirSync(directory)) {
    const block = path.join(directory, name);
    if (!/^[0-9A-Z]{26}$/.test(name)) continue;
    const meta: unknown = JSON.parse(readFileSync(path.join(block, "meta.json"), "utf8"));
    blocks++;
    samples += Number(member(member(meta, "stats"), "numSamples"));
    indexBytes += statSync(path.join(block, "index")).size;
    for (const segment of readdirSync(path.join(block, "chunks"))) {
      chunkBytes += statSync(path.join(block, "chunks", segment)).size;
    }
  }
  return {
    blocks,
    samples,
    bytesPerSample: Math.round(((chunkBytes + indexBytes) / samples) * 1_000) / 1_000,
    chunkBytesPerSample: Math.round((chunkBytes / samples) * 1_000) / 1_000,
  };
}

function member(from: unknown, name: string): unknown {
  return Reflect.get(Object(from), name);
}
