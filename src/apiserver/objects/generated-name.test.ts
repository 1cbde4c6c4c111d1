import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import { generatedName } from "./generated-name.ts";

test("a generated name is the base and five signs that spell nothing", () => {
  assert.match(generatedName("web-", seededRandom(1)), /^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test("a long base is cut, so that the whole is a DNS label", () => {
  const name = generatedName("x".repeat(100), seededRandom(1));
  assert.equal(name.length, 63);
});
