import assert from "node:assert/strict";
import { test } from "node:test";
import type { LevelBackTest } from "./back-test.ts";
import { levelsDefault } from "./policy.ts";
import { wouldBePages } from "./would-be-pages.ts";

/** `s6: 10-20 7`: the level fired from 10 to 20, up to seven sigma. */
function levelOf(text: string): LevelBackTest {
  const [name = "", ...firings] = text.split(/:? /);
  const level = levelsDefault.find((one) => one.name === name);
  assert.ok(level !== undefined);
  const read = (firing: string) => {
    const [, startMs = 0, endMs = 0, sigmas = 0] =
      /(\d+)-(\d+)@(\d+)/.exec(firing)?.map(Number) ?? [];
    return { startMs, endMs, sigmas };
  };
  return { level, threshold: level.sigmas, firings: firings.map(read), perDayMax: 0 };
}

const rows: readonly (readonly [what: string, levels: readonly string[], want: string])[] = [
  ["tickets are no pages", ["s3-ticket: 1-2@3"], ""],
  ["two levels at a time are one page", ["s3-page: 10-20@4", "s6: 12-14@7"], "10-20@7"],
  ["a long one holds all that is in it", ["s3-page: 0-90@4", "s6: 10-20@7 50-60@6"], "0-90@7"],
  ["they come in order", ["s3-page: 50-60@4", "s6: 10-20@7"], "10-20@7 50-60@4"],
];

for (const [what, levels, want] of rows) {
  test(what, () => {
    const pages = wouldBePages({ levels: levels.map(levelOf) });
    const told = pages.map(({ startMs, endMs, sigmas }) => `${startMs}-${endMs}@${sigmas}`);
    assert.equal(told.join(" "), want);
  });
}
