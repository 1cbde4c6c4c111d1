import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { MemoryDisk } from "#base/testing";
import type { LogEntry } from "../notify/notification-log.ts";
import { matchersIn, Scenario } from "../testing.ts";
import { type StateDisk, StateFile } from "./state-file.ts";

const path = "/data/state.jsonl";
const route = {
  receiver: "hook",
  groupWaitMs: 1_000,
  groupIntervalMs: 1_000,
  repeatIntervalMs: 3_600_000,
};

/** A program that begins on a disk, with its clock. */
async function begin(disk: MemoryDisk, before?: Scenario) {
  const file = new StateFile({ disk, log: silentLogger }, path);
  const onLogged = (entry: LogEntry) => file.noteTold(entry);
  const clock = before === undefined ? {} : { clock: before.clock };
  const scenario = new Scenario({ route, onLogged, ...clock });
  await file.restore(scenario.manager, scenario.clock.nowMs());
  return { file, scenario };
}

test("after a crash nobody is told again, and what is silenced stays so", async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory("/data");
  const first = await begin(disk);
  const nowMs = first.scenario.clock.nowMs();
  const id = first.scenario.manager.silences.set({
    matcherSets: [matchersIn("alertname=b")],
    startsAtMs: nowMs,
    endsAtMs: nowMs + 3_600_000,
    createdBy: "me",
    comment: "known",
    annotations: { ticket: "7" },
  });
  const silence = first.scenario.manager.silences.find(id);
  assert.ok(silence !== undefined);
  first.file.noteSilence(silence);
  await first.scenario.report("1 +a +b");
  await first.scenario.until(3);
  await first.file.settled();
  assert.deepEqual(first.scenario.told, ["2 hook: a"]);
  // No farewell: the program is gone.
  first.scenario.manager.stop();
  const second = await begin(disk, first.scenario);
  await second.scenario.report("1 +a +b");
  await second.scenario.until(30);
  assert.deepEqual(second.scenario.told, []);
  assert.deepEqual(second.scenario.manager.silences.find(id)?.annotations, { ticket: "7" });
  await second.file[Symbol.asyncDispose]();
});

test("alerts that were saved are there again, with when they began", async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory("/data");
  const first = await begin(disk);
  await first.scenario.report("1 +a{job=x}");
  await first.file.save(first.scenario.manager);
  await first.file[Symbol.asyncDispose]();
  const second = await begin(disk, first.scenario);
  const [alert] = [...second.scenario.manager.alerts.list()];
  assert.deepEqual(alert, [...first.scenario.manager.alerts.list()][0]);
  await second.file[Symbol.asyncDispose]();
});

test("lines that are cut off or of another program are passed over", async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory("/data");
  const lines = [
    '{"kind":"told","groupKey":"{}:{}","receiver":"hook","integration":"webhook","index":0,"timestampMs":1,"firing":["1","fefb61a77da3100e"],"resolved":[],"expiresAtMs":9}',
    '{"kind":"silence","id":"x","matcherSets":[[{"name":"a","operator":"=~","value":"("}]]}',
    '{"kind":"silence","id":"y","matcherSets":[[]]}',
    '{"kind":"something"}',
    "[]",
    "null",
    '{"kind":"told","groupK',
  ];
  await disk.writeFile(path, lines.join("\n"));
  const { file, scenario } = await begin(disk);
  const told = [...scenario.manager.notificationLog.list()];
  assert.deepEqual(
    told.map(({ firing }) => firing),
    [["fefb61a77da3100e"]],
  );
  assert.equal(scenario.manager.silences.list().length, 0);
  await file[Symbol.asyncDispose]();
  // What could not be read is gone from the file.
  const left = new TextDecoder()
    .decode(await disk.readFile(path))
    .trim()
    .split("\n");
  assert.equal(left.length, 1);
});

test("what is noted while something is written is written together", async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory("/data");
  const writes: number[] = [];
  const counting: StateDisk = {
    findFile: (file) => disk.findFile(file),
    makeDirectory: (directory) => disk.makeDirectory(directory),
    replaceFile: (file, content) => disk.replaceFile(file, content),
    openAppend: async (file) => {
      const opened = await disk.openAppend(file);
      const written = opened.write.bind(opened);
      const write = (bytes: Uint8Array) => {
        writes.push(new TextDecoder().decode(bytes).trim().split("\n").length);
        return written(bytes);
      };
      return Object.assign(opened, { write });
    },
  };
  const file = new StateFile({ disk: counting, log: silentLogger }, path);
  await file.restore(new Scenario({ route }).manager, 0);
  const entryOf = (index: number): LogEntry => ({
    groupKey: "g",
    receiver: "hook",
    integration: "webhook",
    index,
    timestampMs: index,
    firing: [],
    resolved: [],
    expiresAtMs: 9_000,
  });
  for (let index = 0; index < 100; index++) file.noteTold(entryOf(index));
  await file.settled();
  file.noteTold(entryOf(100));
  await file[Symbol.asyncDispose]();
  assert.deepEqual(writes, [100, 1]);
});
