import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExpr } from "./parser.ts";
import { formatExpr } from "./printer.ts";
import { DurationValueError, resolveDurations } from "./resolve-durations.ts";

const lengths = { stepMs: 15_000, rangeMs: 3_600_000 };

const resolved: readonly (readonly [query: string, printed: string])[] = [
  ["up[5m]", "up[5m]"],
  ["up[5m * 2]", "up[10m]"],
  ["up[1h / 2 + 30s]", "up[30m30s]"],
  ["up[(1h30m % 1h)]", "up[30m]"],
  ["up[2 ^ 3 ^ 2]", "up[8m32s]"],
  ["up[-5m + 35m]", "up[30m]"],
  ["up[step() * 4]", "up[1m]"],
  ["up[range()]", "up[1h]"],
  ["up[min_of(step(), 1m)]", "up[15s]"],
  ["up[max_of(step(), 1m)]", "up[1m]"],
  ["up[0.0019 + 0]", "up[1ms]"],
  ["up offset -(step())", "up offset -15s"],
  ["up offset (5m - 10m)", "up offset -5m"],
  ["up[1m] offset (step() - step())", "up[1m]"],
  [
    "(up + up offset step())[1h * 2:step()] offset (1m + 1m)",
    "(up + up offset 15s)[2h:15s] offset 2m",
  ],
  ["sum(rate(up[step() + 1m])) / 2", "sum(rate(up[1m15s])) / 2"],
];

for (const [query, printed] of resolved) {
  test(`${query} at a step of 15 seconds over an hour`, () => {
    assert.equal(formatExpr(resolveDurations(parseExpr(query), lengths)), printed);
  });
}

test("what needs no arithmetic stays the same object", () => {
  const expr = parseExpr("sum(rate(up[5m] offset 1m)) / 2");
  assert.equal(resolveDurations(expr, lengths), expr);
});

const impossible: readonly (readonly [query: string, message: string])[] = [
  ["up[5m - 5m]", "3:10: duration must be greater than 0"],
  ["up[1m:5m - 10m]", "6:14: duration must be greater than 0"],
  ["up[-(5m)]", "3:7: duration must be greater than 0"],
  ["up[min_of(0, step())]", "10:19: duration must be greater than 0"],
  ["up[5m / (step() - step())]", "3:24: division by zero"],
  ["up[5m % (step() - step())]", "3:24: modulo by zero"],
  ["up offset ((-1) ^ 0.5)", "11:21: duration is NaN or infinite"],
  ["up[10 ^ 300 ^ 300]", "3:17: duration is NaN or infinite"],
  ["up[1y * -1000]", "3:13: duration must be greater than 0"],
  ["up offset (1y * 1000)", "11:20: duration is out of range"],
];

for (const [query, message] of impossible) {
  test(`impossible: ${query}`, () => {
    const expr = parseExpr(query);
    assert.throws(() => resolveDurations(expr, lengths), {
      name: DurationValueError.name,
      message,
    });
  });
}
