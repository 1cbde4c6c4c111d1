import assert from "node:assert/strict";
import { test } from "node:test";
import { noLabels } from "#series";
import type { QueryValue } from "../result.ts";
import { MemoryStorage } from "./memory-storage.ts";
import { runScript, type ScriptEngine } from "./run-script.ts";

/** An engine that knows numbers, adds one of each kind of annotation to them, and fails on names. */
function numbersOnly(asked: string[], skew = 0): ScriptEngine {
  const annotations = { warnings: ["PromQL warning: w"], infos: ["PromQL info: i"] };
  const numberOf = (query: string): number => {
    const value = Number(query);
    if (Number.isNaN(value)) throw new Error(`${query} is no number`);
    return value + skew;
  };
  return {
    async instant(_storage, query, timestampMs) {
      asked.push(`${query} at ${timestampMs}`);
      const value: QueryValue = { type: "scalar", timestampMs, value: numberOf(query) };
      return { value, annotations };
    },
    async range(_storage, query, { startMs, endMs, stepMs }) {
      asked.push(`${query} from ${startMs} to ${endMs}`);
      const timestampsMs = Float64Array.of(startMs, startMs + stepMs, startMs + 2 * stepMs);
      const values = timestampsMs.map(() => numberOf(query));
      const series = [{ labels: noLabels, timestampsMs, values, histograms: undefined }];
      return { value: { type: "matrix", series }, annotations };
    },
  };
}

async function problemsOf(script: string, engine = numbersOnly([])): Promise<readonly string[]> {
  const openStorage = async () => new MemoryStorage();
  const outcomes = await runScript(script, { engine, openStorage });
  return outcomes.map(({ problem }) => problem ?? "passed");
}

test("an instant query is asked in many ways", async () => {
  const asked: string[] = [];
  assert.deepEqual(await problemsOf("eval instant at 1s 5\n 5", numbersOnly(asked)), ["passed"]);
  const instants = ["1000", "-10000", "0", "200", "1000", "10000"];
  const want = instants.flatMap((at) => [
    `5 at ${at}`,
    `5 from ${Number(at) - 60_000} to ${Number(at) + 60_000}`,
  ]);
  assert.deepEqual(asked, want);
});

const cases: readonly (readonly [expectation: string, problem: string])[] = [
  ["5", "passed"],
  ["6", "5 at 1000: expected 6 but got 5"],
  ["{} 5", "5 at 1000: expected series but got a scalar"],
  ["expect fail\n5", "5 at 1000: expected to fail, but it did not"],
  ["expect warn\n5", "passed"],
  ["expect no_warn\n5", "5 at 1000: unexpected annotation: PromQL warning: w"],
  ["expect warn msg: PromQL warning: w\n5", "passed"],
  [
    "expect warn msg: PromQL warning: x\n5",
    "5 at 1000: no annotation like PromQL warning: x among: PromQL warning: w",
  ],
  ["expect info regex: i$\n5", "passed"],
  ["expect info regex: x$\n5", "5 at 1000: no annotation like /x$/ among: PromQL info: i"],
  ["expect no_info\n5", "5 at 1000: unexpected annotation: PromQL info: i"],
];

for (const [expectation, problem] of cases) {
  test(`5, where ${JSON.stringify(expectation)} is expected`, async () => {
    assert.deepEqual(await problemsOf(`eval instant at 1s 5\n${expectation}`), [problem]);
  });
}

test("a failure has to fit what is expected of it", async () => {
  const script = `
eval instant at 0 a
 expect fail msg: a is no number

eval instant at 0 a
 expect fail regex: no.num

eval instant at 0 a
 expect fail msg: a is a number

eval instant at 0 a
`;
  assert.deepEqual(await problemsOf(script), [
    // The pinned query has another text.
    "a @ 0.000 at -1000: failed in another way: a @ 0.000 is no number",
    "passed",
    "a at 0: failed in another way: a is no number",
    "a at 0: failed: a is no number",
  ]);
});

test("ranges are compared point by point", async () => {
  const script = `
eval range from 0 to 2m step 1m 5
 {} 5 5 5

eval range from 0 to 2m step 1m 5
 {} 5 _ 5

eval range from 0 to 2m step 1m 5
 {} 5 5

eval range from 0 to 1m step 1m 5
 {} 5 5 5

eval range from 0 to 2m step 1m 5
 {a="b"} 5 5 5
`;
  assert.deepEqual(await problemsOf(script), [
    "passed",
    "{}: expected 5 at 120000 but the next point is at 60000",
    "{}: unexpected 5 at 120000",
    "{}: 3 values do not fit between start and end",
    "unexpected {}",
  ]);
});

test("floats may differ by a millionth", async () => {
  const script = "eval instant at 0 5\n 5";
  assert.deepEqual(await problemsOf(script, numbersOnly([], 1e-6)), ["passed"]);
  const problem = ["5 at 0: expected 5 but got 5.001"];
  assert.deepEqual(await problemsOf(script, numbersOnly([], 0.001)), problem);
});
