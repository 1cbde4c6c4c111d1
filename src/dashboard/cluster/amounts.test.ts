import assert from "node:assert/strict";
import { test } from "node:test";
import { amountsText, barOf, formatBytes, formatCores, sortedBy } from "./amounts.ts";
import type { Amounts } from "./wire.ts";

test("processor time and bytes are written as kubectl writes them", () => {
  const cores = [0, 0.0123, 0.25, 1.5, 12.34].map(formatCores);
  assert.deepEqual(cores, ["0m", "13m", "250m", "1500m", "12.3 cores"]);
  const bytes = [0, 512, 2_048, 20 * 2 ** 20, 1.5 * 2 ** 30, 3 * 2 ** 40].map(formatBytes);
  assert.deepEqual(bytes, ["0", "512", "2Ki", "20Mi", "1.5Gi", "3Ti"]);
});

// Usage, request, limit and capacity in thousandths of a core, and what is said and drawn of them.
const rows: readonly (readonly [amounts: string, text: string, bar: string])[] = [
  ["12 50 500 -", "12m used, 50m requested, at most 500m", "2.4 within request 10 limit 100"],
  [
    "100 50 500 -",
    "100m used, 50m requested, at most 500m",
    "20 over request request 10 limit 100",
  ],
  ["460 50 500 -", "460m used, 50m requested, at most 500m", "92 near limit request 10 limit 100"],
  ["100 50 - -", "100m used, 50m requested, no limit", "100 over request request 50"],
  ["100 - - -", "100m used, nothing requested, no limit", "100 unbounded"],
  ["- 50 - -", "usage unknown, 50m requested, no limit", "0 within request 100"],
  ["- - - -", "usage unknown, nothing requested, no limit", "0 unbounded"],
  [
    "500 1000 9000 2000",
    "500m of 2000m used, 1000m requested, limits 9000m",
    "25 within request 50",
  ],
  ["1900 0 0 2000", "1900m of 2000m used, 0m requested, limits 0m", "95 near limit"],
];

for (const [notation, text, drawn] of rows) {
  test(`${notation}: ${text}`, () => {
    const amounts = amountsOf(notation);
    assert.equal(amountsText(amounts, formatCores), text);
    const { used, state, request, limit } = barOf(amounts);
    const marks = [
      request === undefined ? "" : ` request ${request}`,
      limit === undefined ? "" : ` limit ${limit}`,
    ];
    assert.equal(`${used} ${state}${marks.join("")}`, drawn);
  });
}

test("rows are sorted by usage with the unknown last, or by name", () => {
  const pods = [
    { name: "c", cpu: amountsOf("1 - - -"), memory: amountsOf("9 - - -") },
    { name: "a", cpu: amountsOf("- - - -"), memory: amountsOf("- - - -") },
    { name: "b", cpu: amountsOf("5 - - -"), memory: amountsOf("2 - - -") },
  ];
  const names = (order: "CPU" | "memory" | "name") =>
    sortedBy(pods, order, ({ name }) => name)
      .map(({ name }) => name)
      .join("");
  assert.deepEqual([names("CPU"), names("memory"), names("name")], ["bca", "cba", "abc"]);
});

function amountsOf(notation: string): Amounts {
  const [usage, request, limit, capacity] = notation
    .split(" ")
    .map((text) => (text === "-" ? null : Number(text) / 1_000));
  return {
    usage: usage ?? null,
    request: request ?? null,
    limit: limit ?? null,
    capacity: capacity ?? null,
  };
}
