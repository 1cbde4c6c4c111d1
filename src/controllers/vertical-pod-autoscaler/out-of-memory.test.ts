import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerState } from "#api/core/v1";
import { ago, testNowMs } from "../testing.ts";
import { findOutOfMemoryKills } from "./out-of-memory.ts";

// State and last state as reason:seconds ago, "-" for running and none; what is found since a minute.
const cases: readonly (readonly [rule: string, states: string, want: string])[] = [
  ["a container that was killed and waits", "OOMKilled:10 -", "10"],
  ["one that runs again", "- OOMKilled:20", "20"],
  ["the later of two", "OOMKilled:10 OOMKilled:40", "10"],
  ["none that ended for other reasons", "Error:10 -", ""],
  ["none that is known already", "- OOMKilled:70", ""],
];

for (const [rule, states, want] of cases) {
  test(`out of memory: ${rule}`, () => {
    const [state, lastState] = states.split(" ").map(stateOf);
    const told = { name: "app", ready: false, restartCount: 1, image: "", imageID: "" };
    const kills = findOutOfMemoryKills(
      {
        metadata: { name: "p", uid: "p", resourceVersion: "1", creationTimestamp: ago(100) },
        spec: { containers: [{ name: "app", resources: { requests: { memory: "1Ki" } } }] },
        status: { containerStatuses: [{ ...told, state, lastState }] },
      },
      testNowMs - 60_000,
    );
    const shown = kills.map(({ atMs }) => String((testNowMs - atMs) / 1000));
    assert.equal(shown.join(" "), want);
    assert.ok(kills.every(({ requestBytes }) => requestBytes === 1024));
  });
}

function stateOf(notation: string): ContainerState {
  const [reason = "", seconds] = notation.split(":");
  if (seconds === undefined) return {};
  return { terminated: { exitCode: 137, reason, finishedAt: ago(Number(seconds)) } };
}
