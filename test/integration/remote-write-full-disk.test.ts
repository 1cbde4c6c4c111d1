/** What is acknowledged to senders while the disk fills up, on a real file system of a few megabytes. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { missingProgram, startPrometheus } from "../e2e/prometheus.ts";
import { mountSmallDisk, skipSmallDisk } from "./small-disk.ts";
import { WriteLanes } from "./write-lanes.ts";

const skip = missingProgram() ?? skipSmallDisk;
const diskMb = 24;
const ballastMb = [17, 3] as const;
const seriesPerWrite = 400;
const roundsMax = 3_000;
/** So many rounds in a row without an acknowledgement: there is no room for one any more. */
const refusedRounds = 10;

test("a full disk under remote write loses nothing that was acknowledged", { skip }, async (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-full-"));
  using _folder = { [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
  using _disk = mountSmallDisk(directory, diskMb);
  const [large, small] = ballastMb.map((megabytes) => ballastIn(directory, megabytes));
  assert.ok(large !== undefined && small !== undefined);
  const flags = ["--web.enable-remote-write-receiver", `--storage.tsdb.path=${directory}/data`];
  const lanes = new WriteLanes(seriesPerWrite);
  {
    await using server = await startPrometheus("global: {}", flags);
    await writeUntilFull(lanes, server.url);
    await lanes.assertStored(server.url);
    t.diagnostic(`full after ${lanes.rounds} rounds`);

    const exited = once(server.process, "exit");
    const writing = lanes.write(server.url);
    server.process.kill("SIGKILL");
    await Promise.all([exited, writing]);
  }
  {
    rmSync(small);
    await using server = await startPrometheus("global: {}", flags);
    await lanes.assertStored(server.url);
    await writeUntilFull(lanes, server.url);

    // There is room again: it goes on without being started anew.
    rmSync(large);
    await writeUntilTaken(lanes, server.url);
    for (let round = 0; round < 20; round++) {
      assert.deepEqual(await lanes.write(server.url), [204, 204, 204, 204]);
    }
    await lanes.assertStored(server.url);
  }
  await using server = await startPrometheus("global: {}", flags);
  await lanes.assertStored(server.url);
});

function ballastIn(directory: string, megabytes: number): string {
  const file = path.join(directory, `ballast-${megabytes}`);
  writeFileSync(file, new Uint8Array(megabytes * 2 ** 20));
  return file;
}

/** Every answer is "taken" or "try again": anything else would make senders drop samples. */
async function writeUntilFull(lanes: WriteLanes, url: string): Promise<void> {
  let refused = 0;
  for (let round = 0; round < roundsMax && refused < refusedRounds; round++) {
    const statuses = await lanes.write(url);
    assert.deepEqual(
      statuses.filter((status) => status !== 204 && status < 500),
      [],
    );
    refused = statuses.includes(204) ? 0 : refused + 1;
  }
  assert.equal(refused, refusedRounds, "the disk became full");
}

async function writeUntilTaken(lanes: WriteLanes, url: string): Promise<void> {
  for (let round = 0; round < roundsMax; round++) {
    const statuses = await lanes.write(url);
    if (statuses.every((status) => status === 204)) return;
  }
  assert.fail("nothing is taken although there is room");
}
