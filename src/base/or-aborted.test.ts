import assert from "node:assert/strict";
import { test } from "node:test";
import { orAborted } from "./or-aborted.ts";

test("what resolves in time is given on, and what does not is given up with the signal's reason", async () => {
  const stop = new AbortController();
  assert.equal(await orAborted(Promise.resolve(1), stop.signal), 1);
  const waiting = orAborted(new Promise(() => {}), stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, new Error("enough"));
  await assert.rejects(orAborted(Promise.resolve(1), stop.signal), new Error("enough"));
});
