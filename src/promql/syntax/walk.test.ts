import assert from "node:assert/strict";
import { test } from "node:test";
import { functions } from "./functions.ts";
import { parseExpr } from "./parser.ts";
import { positionOf } from "./position.ts";
import { formatExpr } from "./printer.ts";
import { childrenOf, mapChildren, valueTypeOf } from "./walk.ts";

const types: readonly (readonly [query: string, type: string])[] = [
  ["1", "scalar"],
  ['"a"', "string"],
  ["up", "vector"],
  ["up[5m]", "matrix"],
  ["up[5m:]", "matrix"],
  ["(1 + 1)", "scalar"],
  ["-(1 + up)", "vector"],
  ["time()", "scalar"],
  ["vector(1)", "vector"],
  ["sum(up)", "vector"],
];

for (const [query, type] of types) {
  test(`${query} is a ${type}`, () => {
    assert.equal(valueTypeOf(parseExpr(query)), type);
  });
}

test("there are 90 functions, 17 of them experimental", () => {
  const experimental = [...functions.values()].filter(({ isExperimental }) => isExperimental);
  assert.deepEqual([functions.size, experimental.length], [90, 17]);
});

test("children are changed one by one, and nothing else", () => {
  const two = parseExpr("2");
  for (const [query, changed] of [
    ["clamp(a, 1, 3)", "clamp(2, 2, 2)"],
    ["topk(1, a)", "topk(2, 2)"],
    ["sum by (x) (a)", "sum by (x) (2)"],
    ["a / on (x) b", "2 / on (x) 2"],
    ["-a", "-2"],
    ["(a)", "(2)"],
    ["a[5m:] offset 1m", "2[5m:] offset 1m"],
    ["a[5m]", "a[5m]"],
    ["a", "a"],
  ] as const) {
    const expr = parseExpr(query);
    assert.equal(formatExpr(mapChildren(expr, () => two)), changed);
    assert.equal(
      mapChildren(expr, (child) => child),
      expr,
    );
  }
});

test("an aggregation's parameter is its last child", () => {
  assert.deepEqual(childrenOf(parseExpr("topk(1, a)")).map(formatExpr), ["a", "1"]);
});

const positions: readonly (readonly [query: string, offset: number, position: string])[] = [
  ["up", 0, "1:1"],
  ["a +\n  b", 6, "2:3"],
  ['{"größe"} + b', 12, "1:15"],
  ['{"😀"}\n+ b', 8, "2:2"],
  ["", 0, "unknown position"],
];

for (const [query, offset, position] of positions) {
  test(`offset ${offset} of ${JSON.stringify(query)} is at ${position}`, () => {
    assert.equal(positionOf(query, offset), position);
  });
}
