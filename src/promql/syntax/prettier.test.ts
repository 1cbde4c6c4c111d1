import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExpr } from "./parser.ts";
import { prettyExpr } from "./prettier.ts";

const long = "a_name_that_takes_nearly_half_of_a_line_of_text_xxxx";

const layouts: readonly (readonly [query: string, lines: readonly string[]])[] = [
  ["sum(up)  by(job)", ["sum by (job) (up)"]],
  [`${long}{a="b"}`.repeat(1), [`${long}{a="b"}`]],
  [`${"x".repeat(120)}[5m]`, [`${"x".repeat(120)}[5m]`]],
  [`${long} + ${long}`, [`  ${long}`, "+", `  ${long}`]],
  [
    `${long} == bool on (a) group_left (b) ${long}`,
    [`  ${long}`, "== bool on (a) group_left (b)", `  ${long}`],
  ],
  [`sum(${long} / ${long})`, ["sum(", `    ${long}`, "  /", `    ${long}`, ")"]],
  [
    `topk by (job) (5, ${long} * ${long})`,
    ["topk by (job) (", "  5,", `    ${long}`, "  *", `    ${long}`, ")"],
  ],
  [
    `label_replace(${long}, "a", "$1", "${"b".repeat(40)}", "(.*)")`,
    [
      "label_replace(",
      `  ${long},`,
      '  "a",',
      '  "$1",',
      `  "${"b".repeat(40)}",`,
      '  "(.*)"',
      ")",
    ],
  ],
  [`(${long} + ${long})`, ["(", `    ${long}`, "  +", `    ${long}`, ")"]],
  [`-(${long} + ${long})`, ["-(", `    ${long}`, "  +", `    ${long}`, ")"]],
  [
    `max_over_time((${long} + ${long})[1h:5m] @ 5 offset 1m)`,
    [
      "max_over_time(",
      "  (",
      `      ${long}`,
      "    +",
      `      ${long}`,
      "  )[1h:5m] @ 5.000 offset 1m",
      ")",
    ],
  ],
  // Short subqueries are not indented, which is upstream's way.
  [
    `max_over_time(${long}[1h:5m]) + ${long}`,
    [`  max_over_time(${long}[1h:5m])`, "+", `  ${long}`],
  ],
  [
    `label_join(max_over_time(up[1h:]), "${"a".repeat(90)}", "-")`,
    ["label_join(", "  max_over_time(up[1h:]),", `  "${"a".repeat(90)}",`, '  "-"', ")"],
  ],
  [
    `quantile_over_time(scalar(${long} + ${long}), up[1h:])`,
    [
      "quantile_over_time(",
      "  scalar(",
      `      ${long}`,
      "    +",
      `      ${long}`,
      "  ),",
      "up[1h:]",
      ")",
    ],
  ],
  // Lengths are counted in bytes: this has only 81 characters.
  [
    `sum({"${"ü".repeat(40)}"}) + sum({"b"})`,
    [`  sum({__name__="${"ü".repeat(40)}"})`, "+", '  sum({__name__="b"})'],
  ],
];

for (const [query, lines] of layouts) {
  test(`${query.slice(0, 70)} in ${lines.length} lines`, () => {
    assert.equal(prettyExpr(parseExpr(query)), lines.join("\n"));
  });
}
