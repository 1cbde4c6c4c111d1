import assert from "node:assert/strict";
import { test } from "node:test";
import { type Change, comingHours, nobody, requestOf } from "./change.ts";

const hourMs = 3_600_000;
const span = '"from":"1970-01-01T01:00:00.000Z","until":"1970-01-01T03:00:00.000Z"';

// What is chosen of one to three o'clock, and what is sent for it.
const rows: readonly (readonly [string, Partial<Change>, string | undefined])[] = [
  ["an override needs somebody", {}, undefined],
  ["who takes over", { user: "bob" }, `{"user":"bob",${span}}`],
  ["nobody takes over", { user: nobody }, `{${span}}`],
  ["a swap needs two", { kind: "swap", user: "bob" }, undefined],
  ["two swap", { kind: "swap", user: "bob", other: "eve" }, `{"user":"bob","with":"eve",${span}}`],
  ["it ends after it begins", { user: "bob", untilMs: hourMs }, undefined],
];

for (const [name, chosen, want] of rows) {
  test(`of a change, ${name}`, () => {
    const none: Change = {
      kind: "override",
      user: "",
      other: "",
      fromMs: hourMs,
      untilMs: 3 * hourMs,
    };
    assert.equal(JSON.stringify(requestOf({ ...none, ...chosen })), want);
  });
}

test("the coming hours begin with a full one", () => {
  assert.deepEqual(comingHours(hourMs + 1), { fromMs: 2 * hourMs, untilMs: 10 * hourMs });
});
