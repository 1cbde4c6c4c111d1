import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  escapeName,
  escapingSchemes,
  isValidLabelName,
  isValidMetricName,
  unescapeName,
} from "./names.ts";

// A name; where it is valid: m/l in the legacy scheme as metric and label, M/L in the UTF-8 scheme.
const validity: readonly (readonly [string, string])[] = [
  ["up", "mlML"],
  ["_x9", "mlML"],
  ["job:rate:5m", "mML"],
  ["9x", "ML"],
  ["http.requests", "ML"],
  ["température", "ML"],
  ["up\n", "ML"],
  ["", ""],
  ["\ud800", ""],
];

for (const [name, want] of validity) {
  test(`the name ${JSON.stringify(name)} is valid as [${want}]`, () => {
    const found = [
      isValidMetricName(name, "legacy") ? "m" : "",
      isValidLabelName(name, "legacy") ? "l" : "",
      isValidMetricName(name, "utf8") ? "M" : "",
      isValidLabelName(name, "utf8") ? "L" : "",
    ];
    assert.equal(found.join(""), want);
  });
}

// A name as the schemes underscores, dots and values write it.
const escapes: readonly (readonly [string, string, string, string])[] = [
  ["", "", "", ""],
  ["up", "up", "up", "up"],
  ["no:escaping_required", "no:escaping_required", "no:escaping__required", "no:escaping_required"],
  [
    "mysystem.prod.west.cpu.load",
    "mysystem_prod_west_cpu_load",
    "mysystem_dot_prod_dot_west_dot_cpu_dot_load",
    "U__mysystem_2e_prod_2e_west_2e_cpu_2e_load",
  ],
  [
    "mysystem.prod.west.cpu.load_total",
    "mysystem_prod_west_cpu_load_total",
    "mysystem_dot_prod_dot_west_dot_cpu_dot_load__total",
    "U__mysystem_2e_prod_2e_west_2e_cpu_2e_load__total",
  ],
  ["http.status:sum", "http_status:sum", "http_dot_status:sum", "U__http_2e_status:sum"],
  ["label with 😱", "label_with__", "label__with____", "U__label_20_with_20__1f631_"],
  ["花火", "__", "____", "U___82b1__706b_"],
  ["1st", "_st", "__st", "U___31_st"],
];

for (const [name, underscores, dots, values] of escapes) {
  test(`the name "${name}" is escaped by every scheme`, () => {
    const want = [name, underscores, dots, values];
    assert.deepEqual(
      escapingSchemes.map((scheme) => escapeName(name, scheme)),
      want,
    );
    assert.equal(unescapeName(values, "values"), name);
    assert.equal(unescapeName(underscores, "underscores"), underscores);
  });
}

const unescapable: readonly (readonly [string, string])[] = [
  ["not_escaped", "not_escaped"],
  ["U__", ""],
  ["U__my__hyphen_2d_thing", "my_hyphen-thing"],
  ["U__open_2e", "U__open_2e"],
  ["U__bad_xyz_", "U__bad_xyz_"],
  ["U__long_1234567_", "U__long_1234567_"],
  ["U__surrogate_d900_", "U__surrogate_d900_"],
  ["U__ends_", "U__ends_"],
];

for (const [escaped, want] of unescapable) {
  test(`"${escaped}" is unescaped to "${want}"`, () => {
    assert.equal(unescapeName(escaped, "values"), want);
  });
}

test("the values scheme loses nothing and gives legacy names", () => {
  const character = fc.constantFrom("a", "Z", "7", "_", ":", ".", " ", "é", "花", "😱", "\u0000");
  const name = fc
    .string({ unit: character, minLength: 1, maxLength: 12 })
    .filter((text) => !text.startsWith("U__"));
  fc.assert(
    fc.property(name, (original) => {
      const escaped = escapeName(original, "values");
      assert.ok(isValidMetricName(escaped, "legacy"), escaped);
      assert.equal(unescapeName(escaped, "values"), original);
    }),
    { numRuns: 500, seed: 1 },
  );
});
