/**
 * Two programs beside each other, with a stand-in for everything that receivers tell: the real
 * Alertmanager 0.25 (Debian's) and our alerting part, with the same configuration.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createProbe, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const real = "prometheus-alertmanager";
const isMissing = [real, "amtool"].some(
  (name) => spawnSync(name, ["--version"]).error !== undefined,
);
/** Why tests of both cannot run here, or false. */
export const skip = isMissing && "no prometheus-alertmanager and amtool here";
const run = promisify(execFile);
const waitMsMax = 20_000;

export interface Instance {
  readonly name: "real" | "ours";
  readonly url: string;
  /** What receivers were told, in order. */
  readonly told: readonly ToldRequest[];
  kill(): Promise<void>;
}

export interface ToldRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

export interface PairOptions {
  readonly folder: string;
  /** The file's text; `hook` is the address of the stand-in. */
  readonly config: (hook: string, name: "real" | "ours") => string;
  /** What the stand-in answers; nothing unless given. */
  readonly answer?: (request: ToldRequest) => string;
}

export async function startPair(
  options: PairOptions,
  stack: AsyncDisposableStack,
): Promise<readonly [real: Instance, ours: Instance]> {
  return [await start("real", options, stack), await start("ours", options, stack)];
}

/** One of the two, with a server of its own to tell. */
async function start(
  name: "real" | "ours",
  options: PairOptions,
  stack: AsyncDisposableStack,
): Promise<Instance> {
  const hook = await openHook(stack, options.answer);
  const config = `${options.folder}/${name}.yml`;
  writeFileSync(config, options.config(hook.url, name));
  const program = await startProgram(
    name,
    [
      `--config.file=${config}`,
      `--storage.path=${options.folder}/${name}`,
      "--web.external-url=http://alerts.example",
      "--cluster.listen-address=",
    ],
    stack,
  );
  return { name, told: hook.told, ...program };
}

/** A stand-in for everything that receivers tell. */
export async function openHook(
  stack: AsyncDisposableStack,
  answerOf?: (request: ToldRequest) => string,
): Promise<{ readonly url: string; readonly told: readonly ToldRequest[] }> {
  const told: ToldRequest[] = [];
  const hook = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = "", url: target = "", headers } = request;
      const one = { method, target, headers, body };
      told.push(one);
      const answer = answerOf?.(one) ?? "";
      const type = answer.startsWith("{") ? "application/json" : "text/plain";
      response.setHeader("content-type", type).end(answer);
    });
  });
  const port = await listen(hook);
  stack.defer(() => {
    hook.closeAllConnections();
    return new Promise<void>((resolve) => void hook.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${port}`, told };
}

/** Runs one of the programs on a free port, until it is killed or the stack ends. */
export async function startProgram(
  name: "real" | "ours",
  flags: readonly string[],
  stack: AsyncDisposableStack,
): Promise<Pick<Instance, "url" | "kill">> {
  const port = await freePort();
  const given = [...flags, `--web.listen-address=127.0.0.1:${port}`, "--web.route-prefix=/"];
  const bin = new URL("../../src/main/bin.ts", import.meta.url).pathname;
  const child =
    name === "real"
      ? spawn(real, given, { stdio: "ignore" })
      : spawn(process.execPath, [bin, "alertmanager", ...given], { stdio: "ignore" });
  stack.defer(() => ended(child));
  const url = `http://127.0.0.1:${port}`;
  await until(() => isReady(url), name);
  return { url, kill: () => ended(child) };
}

/** JSON with sorted keys, without what 0.25 does not know and what is of the moment. */
export function comparable(body: string): string {
  return JSON.stringify(JSON.parse(body), sorted);
}

const ofTheMoment: ReadonlySet<string> = new Set([
  "startsAt",
  "notification_reason",
  "routeLabels",
]);

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !ofTheMoment.has(name))
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** What amtool prints. Rejects when it fails. */
export async function amtool(url: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run("amtool", [`--alertmanager.url=${url}`, ...args], {
    timeout: 20_000,
  });
  return stdout;
}

/** How amtool ends and all that it says, without identifiers, times and names that differ. */
export async function amtoolOutcome(url: string, args: readonly string[]): Promise<string> {
  const child = spawn("amtool", [`--alertmanager.url=${url}`, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 20_000,
  });
  const closed = once(child, "close");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  const said = `${child.exitCode}\n${output}${errors}`.replaceAll(url, "<url>");
  return said
    .replace(/^Warning: amtool version .*\n/gm, "")
    .replace(/[\da-f]{8}-[\da-f-]{27}/g, "<id>")
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?: UTC|Z)/g, "<time>")
    .replace(/ +$/gm, "");
}

export async function until(test: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + waitMsMax;
  while (!(await test())) {
    assert.ok(performance.now() < endMs, `waited for ${what} in vain`);
    await delay(50);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await gone;
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

export async function freePort(): Promise<number> {
  const probe = createProbe();
  await new Promise<void>((resolve) => void probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => void probe.close(() => resolve()));
  return port;
}
