/** The two programs that are measured beside each other, as processes of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { freePort } from "../../test/e2e/prometheus.ts";

export interface Program {
  readonly name: string;
  readonly words: readonly [string, ...string[]];
}

const ours: Program = {
  name: "wherry",
  words: [process.execPath, path.resolve("dist/bin.js"), "prometheus"],
};
/** Debian's, or another one: `WHERRY_PROMETHEUS=/path/to/prometheus`. */
const peer: Program = {
  name: "prometheus",
  words: [process.env["WHERRY_PROMETHEUS"] ?? "/usr/bin/prometheus"],
};

/** Those that are here: without the real Prometheus only our own figures are printed. */
export const programs: readonly Program[] = [ours, peer].filter(({ words }) =>
  existsSync(words[0]),
);
export const oursAlone: readonly Program[] = [ours];

/** A started program. */
export interface Running {
  readonly url: string;
  /** From the start of the process until it was ready. */
  readonly startSeconds: number;
  /** User and system time so far, in seconds. */
  cpuSeconds(): number;
  residentMb(): number;
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program on a data directory, and waits until it is ready. */
export async function startProgram(
  { words }: Program,
  directory: string,
  config = "global: {}\n",
  moreFlags: readonly string[] = [],
): Promise<Running> {
  const file = path.join(directory, "prometheus.yml");
  writeFileSync(file, config);
  return startServer([
    ...words,
    `--config.file=${file}`,
    `--storage.tsdb.path=${directory}/data`,
    "--web.enable-remote-write-receiver",
    ...moreFlags,
  ]);
}

/** Starts a server of Prometheus's family on a free port, and waits until it is ready. */
export async function startServer(words: Program["words"]): Promise<Running> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [command, ...flags] = words;
  const startedMs = performance.now();
  const child = spawn(command, [...flags, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: "ignore",
  });
  await untilReady(url, child);
  const startSeconds = (performance.now() - startedMs) / 1_000;
  return {
    url,
    startSeconds,
    cpuSeconds: () => cpuSeconds(child),
    residentMb: () => residentMb(child),
    stop: async (signal) => {
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const isReady = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await pause(10);
  }
  throw new Error(`the program ended with ${child.exitCode} before it was ready`);
}

/** Of all threads, to the nanosecond. */
function cpuSeconds({ pid }: ChildProcess): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const schedule = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8");
    nanoseconds += Number(schedule.split(" ")[0]);
  }
  return nanoseconds / 1e9;
}

function residentMb({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}

export type Figures = Readonly<Record<string, number>>;

/**
 * Measures programs `rounds` times in turn, each time on an empty directory, and prints the
 * median of every figure.
 */
export async function compare(
  what: string,
  { rounds, of }: { readonly rounds: number; readonly of: readonly Program[] },
  measure: (program: Program, directory: string) => Promise<Figures>,
): Promise<void> {
  const found = new Map<Program, Figures[]>();
  for (let round = 0; round < rounds; round++) {
    for (const program of of) {
      const directory = mkdtempSync(path.join(tmpdir(), "wherry-bench-"));
      try {
        const figures = await measure(program, directory);
        found.set(program, [...(found.get(program) ?? []), figures]);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
      const all = found.get(program) ?? [];
      if (all.length === rounds) report(program, what, medians(all));
    }
  }
}

function report(program: Program, what: string, figures: Figures): void {
  console.log(JSON.stringify({ program: program.name, what, ...figures }));
}

function medians(all: readonly Figures[]): Figures {
  const names = new Set(all.flatMap((figures) => Object.keys(figures)));
  return Object.fromEntries([...names].map((name) => [name, median(all, name)]));
}

function median(all: readonly Figures[], name: string): number {
  const values = all.map((figures) => figures[name] ?? 0).sort((left, right) => left - right);
  return values[Math.floor(values.length / 2)] ?? 0;
}

export function round(value: number): number {
  return value >= 1_000 ? Math.round(value) : Math.round(value * 100) / 100;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** One value of a program's own metrics. */
export async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}
