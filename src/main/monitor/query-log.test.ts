import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { createEngine, type FinishedQuery } from "#promql";
import { MemoryStorage } from "#promql/testing";
import { QueryLog, queryLine } from "./query-log.ts";

const never = new AbortController().signal;

test("the engine tells of every query, of those that fail too", async () => {
  const { seen, engine, storage } = observed();
  const origin = { kind: "ruleGroup", file: "r.yml", name: "g" } as const;
  await engine.instant("1 + 1", { timeMs: 60_000, origin }, storage, never);
  const range = { startMs: 0, endMs: 95_000, stepMs: 30_500 };
  await engine.range("vector(1)", range, storage, never);
  await assert.rejects(
    engine.instant(
      "vector(1) + on() (vector(1) or label_replace(vector(1), 'a', 'b', '', ''))",
      { timeMs: 0 },
      storage,
      never,
    ),
  );
  assert.deepEqual(
    seen.map(({ text, startMs, endMs, stepMs, error }) => [
      text.slice(0, 9),
      startMs,
      endMs,
      stepMs,
      error === undefined,
    ]),
    [
      ["1 + 1", 60_000, 60_000, 0, true],
      ["vector(1)", 0, 95_000, 30_500, true],
      ["vector(1)", 0, 0, 0, false],
    ],
  );
  assert.deepEqual(seen[0]?.origin, origin);
});

test("a line of the log is upstream's", async () => {
  const { seen, engine, storage } = observed();
  const origin = {
    kind: "request",
    clientAddress: "10.0.0.1",
    method: "GET",
    path: "/api/v1/query_range",
  } as const;
  const range = { startMs: 0, endMs: 60_000, stepMs: 15_000, origin };
  await engine.range("vector(1) > bool 0", range, storage, never);
  const [query] = seen;
  assert.ok(query !== undefined);
  assert.equal(
    queryLine({ ...query, error: new Error("why") }, 90_000),
    '{"time":"1970-01-01T00:01:30.000Z","level":"INFO","msg":"promql query logged",' +
      '"params":{"end":"1970-01-01T00:01:00.000Z","query":"vector(1) > bool 0",' +
      '"start":"1970-01-01T00:00:00.000Z","step":15},"error":"why",' +
      '"stats":{"timings":{"evalTotalTime":0,"resultSortTime":0,"queryPreparationTime":0,' +
      '"innerEvalTime":0,"execQueueTime":0,"execTotalTime":0},' +
      '"samples":{"totalQueryableSamples":0,"samplesRead":0,"peakSamples":5}},' +
      '"spanID":"0000000000000000","traceID":"00000000000000000000000000000000",' +
      '"httpRequest":{"clientIP":"10.0.0.1","method":"GET","path":"/api/v1/query_range"}}\n',
  );
});

test("lines go to the file in force, in order, and those that cannot are counted", async () => {
  const { seen, engine, storage } = observed();
  await engine.instant("1", { timeMs: 0 }, storage, never);
  const [query] = seen;
  assert.ok(query !== undefined);
  const written: string[] = [];
  const disk = {
    async appendFile(path: string, text: Uint8Array | string) {
      if (path === "/full" && text !== "") throw new Error("disk full");
      written.push(`${path} ${String(text).split("\n").length - 1}`);
    },
  };
  const log = new QueryLog({ disk, log: silentLogger, nowMs: () => 0 });
  log.write(query);
  await log.apply("/a");
  log.write(query);
  log.write(query);
  await log.apply("/full");
  log.write(query);
  await log.apply("");
  log.write(query);
  assert.deepEqual(written, ["/a 0", "/a 1", "/a 1", "/full 0"]);
  assert.deepEqual([log.failureCount, log.isOn], [1, false]);
});

function observed() {
  const seen: FinishedQuery[] = [];
  const observer = {
    running: () => ({ [Symbol.dispose]() {} }),
    finished: (query: FinishedQuery) => void seen.push(query),
  };
  const engine = createEngine({ clock: new VirtualClock(0), observer });
  return { seen, engine, storage: new MemoryStorage() };
}
