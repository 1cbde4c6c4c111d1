import assert from "node:assert/strict";
import { test } from "node:test";
import { warningsTo } from "./warnings.ts";

test("only what goes wrong is told, with its facts", () => {
  const told: string[] = [];
  const log = warningsTo({
    print: () => {},
    write: async () => {},
    note: (line) => told.push(line),
    readInput: async () => new Uint8Array(0),
  });
  log.debug("nothing");
  log.info("nothing");
  log.child({ part: "x" }).warn("log is damaged", { log: "wal", segment: 3, why: undefined });
  log.error("reading", new Error("no"));
  assert.deepEqual(told, ['WARNING: log is damaged log="wal" segment="3"', "WARNING: reading: no"]);
});
