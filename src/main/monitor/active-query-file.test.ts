import assert from "node:assert/strict";
import { test } from "node:test";
import { type LogFields, silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { realDisk } from "#host";
import { openFolder } from "#host/testing";
import { openActiveQueryFile, unfinishedQueries } from "./active-query-file.ts";

test("the queries that run are in the file, and those that ended are not", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/queries.active`;
  const clock = new VirtualClock(60_500);
  await using file = await openActiveQueryFile(deps([], clock), path, 2);
  const text = async () => new TextDecoder().decode(await realDisk.readFile(path));
  const first = file.enter('up{job="a"}');
  file.enter("done at once")[Symbol.dispose]();
  const second = file.enter("rate(x[5m])");
  const beyond = file.enter("one too many");
  assert.equal((await text()).replaceAll("\0", ""), "[");
  await clock.advance(5);
  assert.equal((await text()).length, 2_001);
  assert.equal(
    (await text()).replaceAll("\0", "."),
    `[${placed('{"query":"up{job=\\"a\\"}","timestamp_sec":60}')}` +
      placed('{"query":"rate(x[5m])","timestamp_sec":60}'),
  );
  first[Symbol.dispose]();
  beyond[Symbol.dispose]();
  assert.equal((await text()).replaceAll("\0", ""), '[{"query":"rate(x[5m])","timestamp_sec":60},');
  second[Symbol.dispose]();
  assert.equal((await text()).replaceAll("\0", ""), "[");
});

test("long queries are cut between characters, and their JSON stays whole", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/queries.active`;
  for (const long of ["a".repeat(5_000), "€".repeat(600), '"'.repeat(900), "😀".repeat(400)]) {
    const clock = new VirtualClock(60_500);
    await using file = await openActiveQueryFile(deps([], clock), path, 1);
    using _query = file.enter(long);
    await clock.advance(5);
    const json = unfinishedQueries(await realDisk.readFile(path)) ?? "";
    const [{ query }] = JSON.parse(json) as readonly [{ readonly query: string }];
    assert.ok(query.length > 200 && long.startsWith(query), json);
  }
});

test("what a crash left is told at the next start", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/queries.active`;
  {
    const clock = new VirtualClock(60_500);
    await using file = await openActiveQueryFile(deps([], clock), path, 3);
    file.enter("never_ends");
    using _ended = file.enter("ends");
    await clock.advance(5);
  }
  const told: LogFields[] = [];
  await using _again = await openActiveQueryFile(deps(told), path, 3);
  assert.deepEqual(told, [{ queries: '[{"query":"never_ends","timestamp_sec":60}]' }]);
  const nothing: LogFields[] = [];
  await using _third = await openActiveQueryFile(deps(nothing), path, 3);
  assert.deepEqual(nothing, []);
});

function deps(told: LogFields[], clock = new VirtualClock(60_500)) {
  const log = {
    ...silentLogger,
    info: (_message: string, fields?: LogFields) => void told.push(fields ?? {}),
  };
  return { disk: realDisk, log, clock };
}

function placed(json: string): string {
  return `${json.padEnd(999, ".")},`;
}
