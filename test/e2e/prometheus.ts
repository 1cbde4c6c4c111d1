/** The monitoring engine as a process of its own, for one test: the built program on a free port. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

const root = path.resolve(import.meta.dirname, "../..");
const bin = path.join(root, "dist/bin.js");
const patienceMs = 30_000;
const pollMs = 100;

/** Why the engine cannot be run here; undefined when it can. */
export function missingProgram(): string | undefined {
  return existsSync(bin) ? undefined : "the program is not built: ./wherry version builds it";
}

export interface TestPrometheus extends AsyncDisposable {
  /** `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly directory: string;
  readonly process: ChildProcess;
  /** Everything it has said. */
  log(): string;
  /** An instant query's result, as the API gives it. */
  query(expr: string): Promise<readonly QueryItem[]>;
  /** Queries until the result fits, and gives it. */
  eventually(
    expr: string,
    fits: (items: readonly QueryItem[]) => boolean,
  ): Promise<readonly QueryItem[]>;
}

export interface QueryItem {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/**
 * Starts it with a configuration, in which `{{self}}` stands for its own address. Disposing of it
 * ends it and removes its directory.
 */
export async function startPrometheus(
  config: string,
  flags: readonly string[] = [],
): Promise<TestPrometheus> {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-prometheus-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = path.join(directory, "prometheus.yml");
  writeFileSync(file, config.replaceAll("{{self}}", `127.0.0.1:${port}`));
  const words = [
    bin,
    "prometheus",
    `--config.file=${file}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // The last one counts.
    `--storage.${flags.includes("--agent") ? "agent" : "tsdb"}.path=${directory}/data`,
    ...flags,
  ];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  }
  await untilReady(url, child, () => log);
  const query = (expr: string) => askInstant(url, expr);
  return {
    url,
    directory,
    process: child,
    log: () => log,
    query,
    eventually: (expr, fits) => eventually(() => query(expr), fits),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs && child.exitCode === null) {
    const isReady = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await paused();
  }
  child.kill("SIGKILL");
  throw new Error(`it is not ready:\n${log()}`);
}

async function askInstant(url: string, expr: string): Promise<readonly QueryItem[]> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`);
  const answer = (await response.json()) as {
    readonly error?: string;
    readonly data?: { readonly result: readonly QueryItem[] };
  };
  if (answer.data === undefined) throw new Error(`${expr}: ${answer.error}`);
  return answer.data.result;
}

async function eventually<T>(ask: () => Promise<T>, fits: (found: T) => boolean): Promise<T> {
  const endMs = performance.now() + patienceMs;
  while (true) {
    const found = await ask();
    if (fits(found)) return found;
    const shown = JSON.stringify(found);
    if (performance.now() > endMs) throw new Error(`never fitted; at last: ${shown}`);
    await paused();
  }
}

function paused(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pollMs));
}

/** A port that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
