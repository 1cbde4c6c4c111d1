import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { realDisk } from "#host";
import { expandGlob } from "#promconfig";
import { MemoryFiles } from "./memory-files.ts";

test("files in memory are found beside those of the disk", async () => {
  const directory = mkdtempSync(join(tmpdir(), "memory-files-"));
  try {
    writeFileSync(join(directory, "real.yml"), "real");
    const files = new MemoryFiles();
    const disk = files.over(realDisk);
    const rules = `${directory}/rules`;
    const text = async (path: string) => new TextDecoder().decode(await disk.readFile(path));
    assert.deepEqual(await expandGlob(disk, `${rules}/*.yaml`), []);
    const content = new Map([
      [`${rules}/b.yaml`, "b"],
      [`${rules}/a.yaml`, "a"],
    ]);
    assert.equal(files.replaceAll(content), true);
    assert.equal(files.replaceAll(new Map(content)), false);
    assert.deepEqual(await expandGlob(disk, `${rules}/*.yaml`), [
      `${rules}/a.yaml`,
      `${rules}/b.yaml`,
    ]);
    assert.equal(await text(`${rules}/a.yaml`), "a");
    assert.equal(await text(`${directory}/real.yml`), "real");
    assert.equal(await disk.findFile(`${rules}/c.yaml`), undefined);
    assert.equal(files.replaceAll(new Map()), true);
    assert.deepEqual(await expandGlob(disk, `${rules}/*.yaml`), []);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
