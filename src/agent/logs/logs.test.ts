import assert from "node:assert/strict";
import { test } from "node:test";
import { promisesSettled, VirtualClock } from "#base/testing";
import { LogFilter, type LogSelection } from "./log-filter.ts";
import { formatLogTime } from "./log-line.ts";
import { type LogDisk, type LogRequest, readLog } from "./read-log.ts";
import { listRotated, type RotationDisk, rotateLog } from "./rotate-logs.ts";

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
const path = "/logs/web/0.log";

const lines = [
  "2026-01-01T00:00:01.5Z stdout F one",
  "2026-01-01T00:00:02.123456789Z stderr P tw",
  "2026-01-01T00:00:02.123456999Z stderr F o",
  "2026-01-01T00:00:03Z stdout F ",
  "2026-01-01T00:00:04Z stdout F:extra four  4",
];
const file = `${lines.join("\n")}\n`;

const selections: readonly (readonly [string, Partial<LogRequest>, string])[] = [
  ["parts of a line are joined", {}, "one\ntwo\n\nfour  4\n"],
  ["the last line", { tailLines: 1 }, "four  4\n"],
  ["the last lines, as they stand in the file", { tailLines: 3 }, "o\n\nfour  4\n"],
  ["no line", { tailLines: 0 }, ""],
  ["more lines than there are", { tailLines: 99 }, "one\ntwo\n\nfour  4\n"],
  ["since a time", { sinceMs: Date.UTC(2026, 0, 1, 0, 0, 3) }, "\nfour  4\n"],
  ["so many bytes", { limitBytes: 6 }, "one\ntw"],
  [
    "with times, once a line",
    { timestamps: true, tailLines: 4 },
    "2026-01-01T00:00:02.123456789Z two\n2026-01-01T00:00:03.000000000Z \n" +
      "2026-01-01T00:00:04.000000000Z four  4\n",
  ],
];

for (const [what, request, want] of selections) {
  test(`log: ${what}`, async () => {
    const disk = new LogFiles({ [path]: file });
    assert.equal(await readAll(disk, request), want);
  });
}

test("the output does not depend on how the file is cut into chunks", () => {
  const whole = filtered([file]);
  for (let size = 1; size < 60; size++) {
    const chunks = file.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    assert.equal(filtered(chunks), whole);
  }
});

test("lines that are not of the format are left out", () => {
  const broken = ["garbage", "2026-01-01T00:00:01Z stdin F x", "then stdout F x", lines[0]];
  assert.equal(filtered([`${broken.join("\n")}\n`]), "one\n");
});

test("a log that does not exist yet is empty", async () => {
  assert.equal(await readAll(new LogFiles({}), {}), "");
});

test("times get nine digits in every zone", () => {
  assert.equal(formatLogTime("2026-01-01T00:00:01.5+02:00"), "2026-01-01T00:00:01.500000000+02:00");
});

test("following goes on through a rotation until the container has ended", async () => {
  const disk = new LogFiles({ [path]: line("one") });
  const follower = follow(disk);
  await follower.clock.advance(2_000);
  assert.equal(follower.output(), "one\n");

  disk.append(path, line("two"));
  await disk.rename(path, `${path}.20260101-000005.000`);
  disk.append(`${path}.20260101-000005.000`, line("three"));
  await follower.clock.advance(2_000);
  disk.append(path, line("four"));
  await follower.clock.advance(2_000);
  assert.equal(follower.output(), "one\ntwo\nthree\nfour\n");

  follower.running = false;
  disk.append(path, line("last"));
  await follower.clock.advance(2_000);
  assert.equal(await follower.ended, "one\ntwo\nthree\nfour\nlast\n");
  assert.deepEqual([disk.watcherCount, follower.clock.timerCount], [0, 0]);
});

test("a change wakes the follower at once", async () => {
  const disk = new LogFiles({ [path]: "" });
  const follower = follow(disk);
  await promisesSettled();
  disk.append(path, line("now"));
  await promisesSettled();
  assert.equal(follower.output(), "now\n");
  follower.stop.abort(new Error("the client left"));
  await follower.clock.advance(0);
  await follower.ended;
  assert.equal(disk.watcherCount, 0);
});

test("a log too large is renamed and the oldest one goes", async () => {
  const disk = new LogFiles({ [path]: "x".repeat(11) });
  const reopened: string[] = [];
  for (let at = 0; at < 5; at++) {
    disk.append(path, "x".repeat(11));
    const reopen = async () => void reopened.push(path);
    await rotateLog(disk, { path, reopen }, { bytesMax: 10, filesMax: 3 }, at * 1000);
  }
  assert.equal(reopened.length, 5);
  assert.deepEqual(await listRotated(disk, path), [
    `${path}.19700101-000003.000`,
    `${path}.19700101-000004.000`,
  ]);
});

test("a log that the runtime cannot reopen keeps its name", async () => {
  const disk = new LogFiles({ [path]: "x".repeat(11) });
  const reopen = async () => {
    throw new Error("not running");
  };
  const limits = { bytesMax: 10, filesMax: 3 };
  await assert.rejects(rotateLog(disk, { path, reopen }, limits, 0), /not running/);
  assert.deepEqual([await listRotated(disk, path), disk.text(path)], [[], "x".repeat(11)]);
});

function line(content: string): string {
  return `2026-01-01T00:00:05Z stdout F ${content}\n`;
}

function filtered(chunks: readonly string[]): string {
  const selection: LogSelection = { timestamps: false, sinceMs: undefined, limitBytes: undefined };
  const filter = new LogFilter(selection);
  return chunks.map((chunk) => fromUtf8.decode(filter.add(utf8.encode(chunk)))).join("");
}

function requestOf(part: Partial<LogRequest>): LogRequest {
  const selection = { timestamps: false, sinceMs: undefined, limitBytes: undefined };
  return { ...selection, follow: false, tailLines: undefined, ...part };
}

async function readAll(disk: LogFiles, request: Partial<LogRequest>): Promise<string> {
  const source = { path, isRunning: async () => false };
  const { signal } = new AbortController();
  const deps = { disk, clock: new VirtualClock() };
  let text = "";
  for await (const chunk of readLog(deps, source, requestOf(request), signal)) {
    text += fromUtf8.decode(chunk);
  }
  return text;
}

function follow(disk: LogFiles) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  let text = "";
  const follower = { clock, stop, running: true, output: () => text, ended: Promise.resolve("") };
  const source = { path, isRunning: async () => follower.running };
  const run = async () => {
    const request = requestOf({ follow: true });
    for await (const chunk of readLog({ disk, clock }, source, request, stop.signal)) {
      text += fromUtf8.decode(chunk);
    }
    return text;
  };
  follower.ended = run();
  return follower;
}

/** Files in memory, as far as logs need a disk. */
class LogFiles implements LogDisk, RotationDisk {
  readonly #files: Map<string, string>;
  readonly #watchers = new Set<() => void>();

  constructor(files: Readonly<Record<string, string>>) {
    this.#files = new Map(Object.entries(files));
  }

  get watcherCount(): number {
    return this.#watchers.size;
  }

  text(at: string): string | undefined {
    return this.#files.get(at);
  }

  append(at: string, text: string): void {
    this.#files.set(at, (this.#files.get(at) ?? "") + text);
    for (const wake of this.#watchers) wake();
  }

  async findFacts(at: string) {
    const text = this.#files.get(at);
    if (text === undefined && at !== "/logs/web") return undefined;
    const kind = text === undefined ? ("directory" as const) : ("file" as const);
    return { kind, bytes: text?.length ?? 0, mode: 0o600, modifiedAtMs: 0 };
  }

  async readRange(at: string, offset: number, length: number): Promise<Uint8Array> {
    const text = this.#files.get(at);
    if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    return utf8.encode(text).subarray(offset, offset + length);
  }

  async listDirectory(): Promise<readonly string[]> {
    return [...this.#files.keys()].map((name) => name.slice("/logs/web/".length));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#files.set(to, this.#files.get(from) ?? "");
    this.#files.delete(from);
  }

  async remove(at: string): Promise<void> {
    this.#files.delete(at);
  }

  watch(_at: string, onChange: () => void): Disposable {
    this.#watchers.add(onChange);
    return { [Symbol.dispose]: () => void this.#watchers.delete(onChange) };
  }
}
