import assert from "node:assert/strict";
import { test } from "node:test";
import { type RunningPart, runParts } from "./run-parts.ts";

test("parts run until they are told to stop", async () => {
  const stop = new AbortController();
  const running = runParts([waiting("a"), waiting("b")], stop.signal);
  stop.abort(new Error("stop"));
  await running;
});

test("a part that fails ends the others and is named", async () => {
  const failing = { name: "b", run: () => Promise.reject(new Error("no disk")) };
  const running = runParts([waiting("a"), failing], new AbortController().signal);
  await assert.rejects(running, { message: "running b", cause: new Error("no disk") });
});

test("a part that ends by itself ends the others", async () => {
  const ending = { name: "b", run: () => Promise.resolve() };
  const running = runParts([waiting("a"), ending], new AbortController().signal);
  await assert.rejects(running, { message: "b ended" });
});

/** Runs until aborted, then rejects with the reason, as most loops do. */
function waiting(name: string): RunningPart {
  return {
    name,
    run: (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  };
}
