import assert from "node:assert/strict";
import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { openReservedFile } from "./reserved-file.ts";
import { openFolder } from "./testing.ts";

const mebibyte = 1024 ** 2;

test("space is reserved behind the content and 2 MiB more", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/file`;
  await writeFile(path, "content");
  const file = await openReservedFile(path);
  await file.reserve({ used: 7, bytes: mebibyte, purpose: "grow", reusable: () => 0 });
  await file.close();
  const { size } = await stat(path);
  assert.equal(file.bytes, size);
  assert.ok(size >= 7 + 3 * mebibyte && size < 7 + 5 * mebibyte, `${size}`);
  assert.equal((await readFile(path, "latin1")).replace(/\0+$/, ""), "content");
});

test("what the owner has written beyond its reservation is not overwritten", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/file`;
  await writeFile(path, "");
  const file = await openReservedFile(path);
  await file.reserve({ used: 0, bytes: 0, purpose: "grow", reusable: () => 0 });
  const reserved = file.bytes;
  await appendFile(path, "x".repeat(5 * mebibyte));
  const used = reserved + 5 * mebibyte;
  await file.reserve({ used, bytes: 0, purpose: "grow", reusable: () => 0 });
  await file.close();
  const text = await readFile(path, "latin1");
  assert.equal(text.slice(reserved, used).replaceAll("x", ""), "");
  assert.ok(text.length >= used + 2 * mebibyte);
});
