import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import type { EventDraft } from "../incident/event.ts";
import { MemoryRecords } from "../testing.ts";
import { LogConflict } from "./event-log.ts";
import { RecordLog } from "./record-log.ts";

/** So small that every second note becomes a segment. */
const sizes = { tailCharsMax: 200, segmentCharsMax: 200, segmentCountMax: 4 };

test("what was appended by one replica is read by another, from any place on", async () => {
  const { open } = ground();
  const [left, right] = [open(), open()];
  await left.append(0, 1, [noteOf("a"), noteOf("b")]);
  await right.read(0);
  await right.append(2, 5, [noteOf("c")]);
  assert.equal(await textsIn(left), "1 a, 2 b, 3 c");
  assert.equal(await textsIn(left, 1), "2 b, 3 c");
  assert.equal(await textsIn(left, 3), "");
});

test("a log longer than a record goes on in others, also what was appended at once", async () => {
  const { open, records } = ground();
  const log = open();
  for (let index = 0; index < 5; index++) await log.append(index, 1, [noteOf(`n${index}`)]);
  await log.append(5, 2, ["x", "y", "z"].map(noteOf));
  assert.equal(await textsIn(open()), "1 n0, 2 n1, 3 n2, 4 n3, 5 n4, 6 x, 7 y, 8 z");
  assert.ok((await records.list()).length > 3);
  assert.ok([...records.texts()].every((text) => text.length < 1_500));
});

test("who appends behind somebody else is refused, also with what it knew before", async () => {
  const { open } = ground();
  const [left, right] = [open(), open()];
  await left.read(0);
  await right.read(0);
  await left.append(0, 1, [noteOf("a")]);
  await assert.rejects(right.append(0, 1, [noteOf("b")]), LogConflict);
  await assert.rejects(right.append(0, 1, [noteOf("b")]), LogConflict);
  await right.append(1, 1, [noteOf("b")]);
  assert.equal(await textsIn(left), "1 a, 2 b");
});

test("an append whose answer is lost is known to be done, and one that was not done is not", async () => {
  const { open, records } = ground();
  const log = open();
  records.fail("after");
  await log.append(0, 1, [noteOf("a")]);
  records.fail("before");
  await assert.rejects(log.append(1, 1, [noteOf("b")]), /no answer/);
  await log.append(1, 1, [noteOf("c")]);
  assert.equal(await textsIn(log), "1 a, 2 c");
});

test("compacting drops what is not kept, but no number is given twice", async () => {
  const { open } = ground();
  const [left, right] = [open(), open()];
  for (let index = 0; index < 6; index++) await left.append(index, 1, [noteOf(`n${index}`)]);
  await right.read(0);
  await left.compact((event) => event.kind === "noted" && event.text === "n1");
  assert.equal(await textsIn(right), "2 n1, 6 n5");
  await right.append(6, 2, [noteOf("d")]);
  assert.equal(await textsIn(left), "2 n1, 6 n5, 7 d");
});

test("who decided before a compaction cannot append after it", async () => {
  const { open, records } = ground();
  const [left, right] = [open(), open()];
  for (let index = 0; index < 6; index++) await left.append(index, 1, [noteOf(`n${index}`)]);
  await right.read(0);
  // It writes its segment, is frozen, and goes on to name it when everything is over.
  const thaw = records.freezeHead();
  const late = right.append(6, 2, ["x".repeat(300)].map(noteOf));
  await records.frozen();
  await left.compact((event) => event.sequence < 4);
  thaw();
  await assert.rejects(late, LogConflict);
  assert.equal(await textsIn(left), "1 n0, 2 n1, 3 n2, 6 n5");
});

test("what a compaction left over is removed by the next one, and nothing that is needed", async () => {
  const { open, records } = ground();
  const log = open();
  for (let index = 0; index < 6; index++) await log.append(index, 1, [noteOf(`n${index}`)]);
  records.fail("removing");
  await assert.rejects(
    log.compact(({ sequence }) => sequence > 2),
    /no answer/,
  );
  const leftOver = (await records.list()).length;
  await log.compact(() => true);
  assert.ok((await records.list()).length < leftOver);
  assert.equal(await textsIn(open()), "3 n2, 4 n3, 5 n4, 6 n5");
});

test("a log that is tidy is left alone", async () => {
  const { open, records } = ground();
  const log = open();
  for (let index = 0; index < 4; index++) await log.append(index, 1, [noteOf(`n${index}`)]);
  const before = [...records.texts()];
  await log.compact(() => true);
  assert.deepEqual([...records.texts()], before);
});

test("damage is told and never read over", async () => {
  const { open, records } = ground();
  await open().append(0, 1, [noteOf("a")]);
  records.damage("head", (text) => text.replace('"a"', '"b"'));
  await assert.rejects(open().read(0), new Error("the on-call log is damaged"));
  records.damage("head", (text) => text.replace("format", "fromat"));
  await assert.rejects(open().read(0), new Error("the head of the on-call log is damaged"));
});

function ground() {
  const records = new MemoryRecords();
  const random = seededRandom(1);
  return { records, open: () => new RecordLog({ records, random }, sizes) };
}

function noteOf(text: string): EventDraft {
  return { kind: "noted", incident: "i", by: "alice", text };
}

async function textsIn(log: RecordLog, afterSequence = 0): Promise<string> {
  const events = await log.read(afterSequence);
  return events.map((one) => `${one.sequence} ${one.kind === "noted" ? one.text : ""}`).join(", ");
}
