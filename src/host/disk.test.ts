import assert from "node:assert/strict";
import { test } from "node:test";
import { realDisk } from "./disk.ts";
import { bytesOf, openFolder } from "./testing.ts";

test("replaces a file whole, with the exact mode, and leaves nothing beside it", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/token`;
  await realDisk.writeFile(path, "old and longer");
  await realDisk.replaceFile(path, "new", { mode: 0o666 });
  const facts = await realDisk.findFacts(path);
  assert.deepEqual(
    [Buffer.from(await realDisk.readFile(path)).toString(), facts?.mode, facts?.kind],
    ["new", 0o666, "file"],
  );
  assert.deepEqual(await realDisk.listDirectory(folder.path), ["token"]);
});

test("a file that was never written with a mode is ours alone", async () => {
  await using folder = await openFolder();
  await realDisk.appendFile(`${folder.path}/log`, "a");
  await realDisk.appendFile(`${folder.path}/log`, "b");
  const facts = await realDisk.findFacts(`${folder.path}/log`);
  assert.deepEqual([facts?.bytes, facts?.mode], [2, 0o600]);
});

test("what does not exist is found as undefined, also below a file", async () => {
  await using folder = await openFolder();
  await realDisk.writeFile(`${folder.path}/file`, "");
  assert.equal(await realDisk.findFile(`${folder.path}/none`), undefined);
  assert.equal(await realDisk.findFacts(`${folder.path}/file/below`), undefined);
  await assert.rejects(realDisk.readFile(`${folder.path}/none`), { code: "ENOENT" });
});

test("reads a range, and less of it at the end of the file", async () => {
  await using folder = await openFolder();
  await realDisk.writeFile(`${folder.path}/file`, "0123456789");
  const ranges = [await range(2, 3), await range(8, 5), await range(20, 5)];
  assert.deepEqual(ranges, ["234", "89", ""]);

  async function range(offset: number, length: number): Promise<string> {
    return Buffer.from(await realDisk.readRange(`${folder.path}/file`, offset, length)).toString();
  }
});

test("names are listed in the order of their bytes", async () => {
  await using folder = await openFolder();
  for (const name of ["b", "a", "ä", "B"]) await realDisk.writeFile(`${folder.path}/${name}`, "");
  assert.deepEqual(await realDisk.listDirectory(folder.path), ["B", "a", "b", "ä"]);
});

test("a lock has one holder at a time", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/lock`;
  const first = await realDisk.tryLock(path);
  const second = await realDisk.tryLock(path);
  await first?.[Symbol.asyncDispose]();
  const third = await realDisk.tryLock(path);
  assert.deepEqual([first !== undefined, second, third !== undefined], [true, undefined, true]);
  assert.deepEqual(await realDisk.listDirectory(path), ["2"]);
});

test("the lock of a dead process is free, and only one of many takers gets it", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/lock`;
  await realDisk.makeDirectory(path);
  // Our own pid, but of a process that started at another time.
  await realDisk.writeFile(`${path}/7`, `${process.pid} 1 some-boot`);
  const taken = await Promise.all(Array.from({ length: 32 }, () => realDisk.tryLock(path)));
  assert.equal(taken.filter((lock) => lock !== undefined).length, 1);
});

test("a change below a watched directory is told", async () => {
  await using folder = await openFolder();
  const { promise, resolve } = Promise.withResolvers<void>();
  using _watch = realDisk.watch(folder.path, resolve);
  await realDisk.writeFile(`${folder.path}/file`, "");
  await promise;
});

test("tells devices from files, and where a path really leads", async () => {
  await using folder = await openFolder();
  await realDisk.makeDirectory(`${folder.path}/real`);
  await realDisk.symlink("real", `${folder.path}/link`);
  const found = await realDisk.realPath(`${folder.path}/link/../link`);
  assert.equal(found, await realDisk.realPath(`${folder.path}/real`));
  assert.equal((await realDisk.findFacts("/dev/null"))?.kind, "characterDevice");
});

test("appends in the order of the calls, and goes on where it was cut", async () => {
  await using folder = await openFolder();
  await realDisk.writeFile(`${folder.path}/log`, "0123");
  await using file = await realDisk.openAppend(`${folder.path}/log`);
  const opened = file.bytes;
  await Promise.all(["45", "67", "89"].map((text) => file.write(bytesOf(text))));
  await file.truncate(7);
  await file.write(bytesOf("x"));
  await file.sync();
  await realDisk.syncDirectory(folder.path);
  const text = Buffer.from(await realDisk.readFile(`${folder.path}/log`)).toString();
  assert.deepEqual([opened, file.bytes, text], [4, 8, "0123456x"]);
});

test("a file held open is read after its name is gone, and a link is another name", async () => {
  await using folder = await openFolder();
  await realDisk.writeFile(`${folder.path}/a`, "0123456789");
  await realDisk.link(`${folder.path}/a`, `${folder.path}/b`);
  await using file = await realDisk.openRead(`${folder.path}/a`);
  await realDisk.remove(`${folder.path}/a`);
  const part = Buffer.from(await file.read(8, 5)).toString();
  const whole = Buffer.from(await realDisk.readFile(`${folder.path}/b`)).toString();
  assert.deepEqual([file.bytes, part, whole], [10, "89", "0123456789"]);
});
