import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Clock } from "#base";
import { realClock } from "./clock.ts";
import { openLogger } from "./logger.ts";
import { realMachine } from "./machine.ts";
import { systemRandom } from "./random.ts";
import { openFolder } from "./testing.ts";

const midnight: Clock = {
  nowMs: () => Date.UTC(2026, 0, 1),
  elapsedMs: () => 0,
  schedule: () => ({ [Symbol.dispose]: () => {} }),
};

test("log lines are JSON objects: a message, the fields, and errors with their causes", async () => {
  await using folder = await openFolder();
  const file = `${folder.path}/log`;
  const log = openLogger(midnight, { target: { file }, level: "info", format: "json" });
  const scheduler = log.child({ component: "scheduler" }).child({ pass: 1 });
  log.debug("not written");
  log.info("up", { port: 6443, absent: undefined });
  scheduler.error("binding failed", new Error("posting", { cause: new Error('no "route"') }), {
    pod: "default/web",
  });
  log[Symbol.dispose]();
  const time = '"time":"2026-01-01T00:00:00.000Z"';
  assert.equal(
    await readFile(file, "utf8"),
    `{${time},"level":"info","message":"up","port":6443}\n` +
      `{${time},"level":"error","message":"binding failed","component":"scheduler","pass":1,` +
      `"error":"posting: no \\"route\\"","pod":"default/web"}\n`,
  );
});

test("log lines in logfmt have quotes where they are needed", async () => {
  await using folder = await openFolder();
  const file = `${folder.path}/log`;
  const log = openLogger(midnight, { target: { file }, level: "warn", format: "logfmt" });
  log.info("not written");
  log.child({ component: "web" }).warn("slow query", { path: "/a=b", empty: "", ms: 5, ok: true });
  log.error("failed", new Error('no "route"\n'));
  log[Symbol.dispose]();
  const time = "time=2026-01-01T00:00:00.000Z";
  assert.equal(
    await readFile(file, "utf8"),
    `${time} level=WARN msg="slow query" component=web path="/a=b" empty="" ms=5 ok=true\n` +
      `${time} level=ERROR msg=failed error="no \\"route\\"\\n"\n`,
  );
});

test("a scheduled callback runs once after its delay, and a disposed one never", async () => {
  const order: string[] = [];
  const done = Promise.withResolvers<void>();
  realClock.schedule(1, () => order.push("disposed"))[Symbol.dispose]();
  realClock.schedule(12, () => done.resolve());
  realClock.schedule(2, () => order.push("second"));
  // Longer than one timer of Node can wait, which would fire at once.
  const distant = realClock.schedule(2 ** 32, () => order.push("too early"));
  await done.promise;
  distant[Symbol.dispose]();
  assert.deepEqual(order, ["second"]);
});

test("chance is spread evenly over its range", () => {
  const fractions = Array.from({ length: 10_000 }, () => systemRandom.fork("x").fraction());
  const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
  assert.ok(Math.min(...fractions) >= 0 && Math.max(...fractions) < 1);
  assert.ok(Math.abs(mean - 0.5) < 0.05, `the mean was ${mean}`);
  assert.equal(systemRandom.bytes(16).byteLength, 16);
  // More than the system gives at once, and random to its end.
  const many = systemRandom.bytes(200_000);
  assert.equal(many.byteLength, 200_000);
  assert.ok(many.subarray(-64).some((byte) => byte !== 0));
});

test("the machine is described by what it has", async () => {
  const facts = await realMachine.describe();
  assert.deepEqual(
    [facts.cpuCount > 0, facts.memoryBytes > 0, facts.hostname !== "", facts.architecture],
    [true, true, true, process.arch === "x64" ? "amd64" : process.arch],
  );
  const loopback = realMachine.addresses().find((entry) => entry.address === "127.0.0.1");
  assert.deepEqual([loopback?.prefixLength, loopback?.loopback], [8, true]);
  assert.ok(realMachine.usage().residentBytes > 0);
});
