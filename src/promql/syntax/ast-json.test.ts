import assert from "node:assert/strict";
import { test } from "node:test";
import { exprToJson } from "./ast-json.ts";
import { parseExpr } from "./parser.ts";

const everything = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  binopFillModifiers: true,
};

const up = {
  anchored: false,
  matchers: [{ name: "__name__", type: "=", value: "up" }],
  name: "up",
  offset: 0,
  offsetExpr: null,
  smoothed: false,
  startOrEnd: null,
  timestamp: null,
  type: "vectorSelector",
};
const two = { duration: false, type: "numberLiteral", val: "2" };

const trees: readonly (readonly [query: string, tree: object])[] = [
  ["1e3", { type: "numberLiteral", val: "1000" }],
  ["5m", { type: "numberLiteral", val: "300" }],
  ['"a\\xff"', { type: "stringLiteral", val: "a\ufffd" }],
  ["up", up],
  ["(-up)", { expr: { expr: up, op: "-", type: "unaryExpr" }, type: "parenExpr" }],
  [
    'up{a!~"b"} @ 1.5 offset -5m',
    {
      ...up,
      matchers: [{ name: "a", type: "!~", value: "b" }, ...up.matchers],
      offset: -300_000,
      timestamp: 1500,
    },
  ],
  ["up smoothed @ end()", { ...up, smoothed: true, startOrEnd: "end" }],
  [
    "up[5m] offset (step() * 2)",
    {
      ...up,
      offsetExpr: {
        lhs: { lhs: null, op: "step", rhs: null, type: "durationExpr", wrapped: false },
        op: "*",
        rhs: two,
        type: "durationExpr",
        wrapped: true,
      },
      range: 300_000,
      rangeExpr: null,
      type: "matrixSelector",
    },
  ],
  [
    "up[min_of(2, 2):-(2)]",
    {
      expr: up,
      offset: 0,
      offsetExpr: null,
      range: 0,
      rangeExpr: { lhs: two, op: "min_of", rhs: two, type: "durationExpr", wrapped: false },
      startOrEnd: null,
      step: 0,
      stepExpr: {
        lhs: null,
        op: "-",
        rhs: { lhs: null, op: "+", rhs: two, type: "durationExpr", wrapped: true },
        type: "durationExpr",
        wrapped: false,
      },
      timestamp: null,
      type: "subquery",
    },
  ],
  [
    "round(up)",
    {
      args: [up],
      func: {
        argTypes: ["vector", "scalar"],
        name: "round",
        returnType: "vector",
        variadic: 1,
      },
      type: "call",
    },
  ],
  [
    "topk without (a) (1, up)",
    {
      expr: up,
      grouping: ["a"],
      op: "topk",
      param: { type: "numberLiteral", val: "1" },
      type: "aggregation",
      without: true,
    },
  ],
  [
    "sum(up)",
    { expr: up, grouping: [], op: "sum", param: null, type: "aggregation", without: false },
  ],
  [
    "up == bool on (a) group_left (b) fill_right (-1) up",
    {
      bool: true,
      lhs: up,
      matching: {
        card: "many-to-one",
        fillValues: { lhs: null, rhs: -1 },
        include: ["b"],
        labels: ["a"],
        on: true,
      },
      op: "==",
      rhs: up,
      type: "binaryExpr",
    },
  ],
  [
    "up + 1",
    {
      bool: false,
      lhs: up,
      matching: null,
      op: "+",
      rhs: { type: "numberLiteral", val: "1" },
      type: "binaryExpr",
    },
  ],
];

for (const [query, tree] of trees) {
  test(`the tree of ${query}, with its keys in order`, () => {
    const json = exprToJson(parseExpr(query, everything));
    assert.deepEqual(json, tree);
    assert.equal(JSON.stringify(json), JSON.stringify(sorted(tree)));
  });
}

/** Upstream sorts keys; `sorted` does so at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
