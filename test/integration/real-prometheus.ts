/** The real prometheus and promtool, as processes of a test: bounded in time, ended by their pid. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const program = "/usr/bin/prometheus";
const startLimitMs = 30_000;
const run = promisify(execFile);

/** Why a test cannot run here; false when it can. */
export const prometheusMissing = existsSync(program) ? false : `${program} is not installed`;

/** What `promtool` prints. */
export async function promtool(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("/usr/bin/promtool", args, { timeout: 30_000, maxBuffer: 1 << 26 });
  return stdout;
}

export interface RealPrometheus extends AsyncDisposable {
  readonly url: string;
  /** What the HTTP API answers; the data alone. */
  query(path: string, parameters: Readonly<Record<string, string>>): Promise<unknown>;
  /** Ends the process and waits for that. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts prometheus on a data directory, at a free port, and waits until it is ready. */
export async function startPrometheus(
  directory: string,
  configFile: string,
  flags: readonly string[] = [],
): Promise<RealPrometheus> {
  const args = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${directory}`,
    "--web.listen-address=127.0.0.1:0",
    "--web.enable-admin-api",
    "--enable-feature=native-histograms,exemplar-storage",
    ...flags,
  ];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const exited = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  try {
    const url = await readyUrl(child);
    return {
      url,
      stop,
      query: (path, parameters) => query(`${url}${path}`, parameters),
      [Symbol.asyncDispose]: () => stop("SIGKILL"),
    };
  } catch (error) {
    await stop("SIGKILL");
    throw error;
  }
}

/** A target that answers with `metrics()`, at a free port. */
export async function serveMetrics(
  metrics: () => string,
): Promise<AsyncDisposable & { readonly address: string }> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/openmetrics-text; version=1.0.0");
    response.end(metrics());
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

async function readyUrl(child: ChildProcess): Promise<string> {
  assert.ok(child.stderr !== null);
  const log: string[] = [];
  let url: string | undefined;
  let isReady = false;
  const limit = setTimeout(() => child.kill("SIGKILL"), startLimitMs);
  try {
    for await (const line of createInterface(child.stderr)) {
      log.push(line);
      const address = /msg="Listening on" address=(\S+)/.exec(line)?.[1];
      if (address !== undefined) url = `http://${address}`;
      if (line.includes("Server is ready to receive web requests")) isReady = true;
      // Whichever it says first.
      if (isReady && url !== undefined) return url;
    }
  } finally {
    clearTimeout(limit);
    // Nobody reads what else it says; a full pipe would stop it.
    child.stderr.resume();
  }
  throw new Error(`prometheus did not start:\n${log.slice(-20).join("\n")}`);
}

async function query(url: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const body = new URLSearchParams(parameters);
  const response = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(20_000) });
  const text = await response.text();
  assert.ok(response.ok, `${response.status} ${text}`);
  return (JSON.parse(text) as { readonly data: unknown }).data;
}
