import assert from "node:assert/strict";
import { test } from "node:test";
import { openAt } from "./open-at.ts";

const place = { address: "127.0.0.1:9093", flag: "web.listen-address" };

const failures = [
  [
    "EADDRINUSE",
    "127.0.0.1:9093 is taken by another program: choose another with --web.listen-address",
  ],
  ["EACCES", "127.0.0.1:9093 is for root alone: choose another with --web.listen-address"],
  ["EMFILE", "listen"],
] as const;

for (const [code, message] of failures) {
  test(`${code} is told as: ${message}`, async () => {
    const failing = () => Promise.reject(Object.assign(new Error("listen"), { code }));
    await assert.rejects(openAt(place, failing), { message });
  });
}

test("what opens is handed on", async () => {
  assert.equal(await openAt(place, async () => 1), 1);
});
