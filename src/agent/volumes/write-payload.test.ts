import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { VirtualClock } from "#base/testing";
import { realDisk } from "#host";
import { writePayload } from "./write-payload.ts";

test("files appear through one link, which a change replaces at once", async () => {
  await using folder = await openFolder();
  const deps = { disk: realDisk, clock: new VirtualClock() };
  const target = { directory: folder.path, fsGroup: undefined };
  const write = (text: string) => writePayload(deps, target, text.split(" ").map(fileOf));

  assert.equal(await write("a=1 d/e=2"), "changed");
  assert.equal(await readFile(`${folder.path}/d/e`, "utf8"), "2");
  const first = await realDisk.readLink(`${folder.path}/..data`);
  assert.equal(await write("a=1 d/e=2"), "unchanged");
  assert.equal(await realDisk.readLink(`${folder.path}/..data`), first);

  assert.equal(await write("a=3"), "changed");
  const second = await realDisk.readLink(`${folder.path}/..data`);
  assert.equal(await readFile(`${folder.path}/a`, "utf8"), "3");
  assert.deepEqual(await realDisk.listDirectory(folder.path), [second, "..data", "a"].sort());
});

test("a file has the mode asked for, whatever the process's own mask", async () => {
  await using folder = await openFolder();
  const deps = { disk: realDisk, clock: new VirtualClock() };
  const file = { ...fileOf("run=x"), mode: 0o777 };
  await writePayload(deps, { directory: folder.path, fsGroup: undefined }, [file]);
  assert.equal((await stat(`${folder.path}/run`)).mode & 0o7777, 0o777);
});

/** `path=content` */
function fileOf(text: string) {
  const [path = "", content = ""] = text.split("=");
  return { path, bytes: new TextEncoder().encode(content), mode: 0o644 };
}

async function openFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(`${tmpdir()}/wherry-test-`);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
