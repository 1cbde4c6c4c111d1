import assert from "node:assert/strict";
import { test } from "node:test";
import { externalUrlOf } from "./external-url.ts";

const own = { hostname: "box", listenPort: 9090 };

for (const [flag, want] of [
  ["", "http://box:9090"],
  ["https://mon.example/", "https://mon.example"],
  ["https://mon.example/prometheus/", "https://mon.example/prometheus"],
] as const) {
  test(`the external URL ${JSON.stringify(flag)} is ${want}`, () => {
    assert.equal(externalUrlOf(flag, own), want);
  });
}

test("quotes that the shell has left are no part of a URL", () => {
  assert.throws(() => externalUrlOf('"http://a"', own), /must not begin or end with quotes/);
});
