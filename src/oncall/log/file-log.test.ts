import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk } from "#base/testing";
import type { EventDraft } from "../incident/event.ts";
import { LogConflict } from "./event-log.ts";
import { FileLog } from "./file-log.ts";

const path = "/oncall.log";

test("what was appended is there after a power cut, and what follows goes behind it", async () => {
  const disk = new MemoryDisk();
  const log = await FileLog.open(disk, path);
  await log.append(0, 1, [noteOf("a"), noteOf("b")]);
  disk.crash();
  const again = await FileLog.open(disk, path);
  await again.append(2, 5, [noteOf("c")]);
  assert.equal(await textsIn(again), "1 a, 2 b, 3 c");
});

test("a line that was cut off anywhere is cut away, and with it all that was appended at once", async () => {
  const whole = new MemoryDisk();
  const log = await FileLog.open(whole, path);
  await log.append(0, 1, [noteOf("a")]);
  const first = (await whole.readFile(path)).length;
  await log.append(1, 2, [noteOf("b"), noteOf("c")]);
  const bytes = await whole.readFile(path);
  for (let length = first; length < bytes.length; length++) {
    const disk = new MemoryDisk();
    await disk.writeFile(path, bytes.slice(0, length));
    const torn = await FileLog.open(disk, path);
    await torn.append(1, 3, [noteOf("d")]);
    assert.equal(await textsIn(torn), "1 a, 2 d");
  }
});

test("damage before the last line is refused with its line", async () => {
  const disk = new MemoryDisk();
  const log = await FileLog.open(disk, path);
  for (const [index, text] of ["a", "b", "c"].entries()) await log.append(index, 1, [noteOf(text)]);
  const lineBytes = (await disk.readFile(path)).indexOf(0x0a) + 1;
  disk.damage(path, (bytes) => bytes.map((byte, at) => (at === lineBytes + 20 ? byte ^ 1 : byte)));
  await assert.rejects(FileLog.open(disk, path), new Error("/oncall.log:2: the log is damaged"));
});

test("a full disk refuses, and leaves the log as it was", async () => {
  const disk = new MemoryDisk();
  const log = await FileLog.open(disk, path);
  await log.append(0, 1, [noteOf("a")]);
  disk.capacityBytes = (await disk.readFile(path)).length + 10;
  await assert.rejects(log.append(1, 2, [noteOf("b")]));
  disk.capacityBytes = Number.POSITIVE_INFINITY;
  await log.append(1, 3, [noteOf("c")]);
  assert.equal(await textsIn(log), "1 a, 2 c");
});

test("who appends behind somebody else is refused", async () => {
  const log = await FileLog.open(new MemoryDisk(), path);
  await log.append(0, 1, [noteOf("a")]);
  await assert.rejects(log.append(0, 1, [noteOf("b")]), LogConflict);
});

test("compacting drops what is not kept, but no number is given twice", async () => {
  const disk = new MemoryDisk();
  const log = await FileLog.open(disk, path);
  await log.append(0, 1, [noteOf("a"), noteOf("b"), noteOf("c")]);
  await log.compact((event) => event.kind === "noted" && event.text === "a");
  await log.append(3, 2, [noteOf("d")]);
  disk.crash();
  assert.equal(await textsIn(await FileLog.open(disk, path)), "1 a, 3 c, 4 d");
});

function noteOf(text: string): EventDraft {
  return { kind: "noted", incident: "i", by: "alice", text };
}

async function textsIn(log: FileLog): Promise<string> {
  const events = await log.read(0);
  return events.map((one) => `${one.sequence} ${one.kind === "noted" ? one.text : ""}`).join(", ");
}
