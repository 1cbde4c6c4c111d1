import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { findExcess, keepEmptyDirsSmall } from "./size-limits.ts";

// Volumes as name:limit:used; what is said of them.
const cases: readonly (readonly [rule: string, volumes: string, want: string])[] = [
  ["a volume within its limit may stay", "a:1Mi:1048576", ""],
  [
    "one beyond its limit is named with it",
    "a:1Mi:1048577",
    'Usage of EmptyDir volume "a" exceeds the limit "1Mi". ',
  ],
  [
    "of several the first",
    "a:1Mi:5 b:1k:2000 c:1:2",
    'Usage of EmptyDir volume "b" exceeds the limit "1k". ',
  ],
  ["one that was not measured is not too large", "a:1Mi:", ""],
];

for (const [rule, volumes, want] of cases) {
  test(`size limits: ${rule}`, () => {
    const parsed = volumes.split(" ").map((word) => word.split(":"));
    const directories = parsed.map(([volume = "", sizeLimit = ""]) => ({
      volume,
      sizeLimit,
      path: `/${volume}`,
    }));
    const used = parsed.flatMap(([volume, , bytes]) =>
      bytes === "" ? [] : [[`/${volume}`, Number(bytes)] as const],
    );
    assert.equal(findExcess(directories, new Map(used)) ?? "", want);
  });
}

// A pod as its name and marks: "!" critical, "." ended, "~" being deleted. Each has a volume of its
// name, which is too large from the second look on.
test("size limits: pods are looked at again and again, but not those that end or must not", async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const evicted: string[] = [];
  let looks = 0;
  const running = keepEmptyDirsSmall(
    {
      clock,
      log: silentLogger,
      listPods: () => ["a", "b!", "c.", "d~"].map(podOf),
      directoriesOf: ({ metadata }) => [
        { volume: metadata.name, sizeLimit: "1k", path: `/${metadata.name}` },
      ],
      processes: {
        run: async (_program, args) => {
          looks++;
          const stdout = `${looks > 1 ? 1001 : 999}\t${args.at(-1)}\n`;
          return { exitCode: 1, stdout, stderr: "du: cannot access" };
        },
      },
      evict: ({ metadata }, message) => void evicted.push(`${metadata.name}: ${message.trim()}`),
    },
    stop.signal,
  );
  await clock.advance(9_999);
  assert.deepEqual(evicted, []);
  await clock.advance(1);
  assert.deepEqual(evicted, ['a: Usage of EmptyDir volume "a" exceeds the limit "1k".']);
  stop.abort();
  await running;
  assert.equal(clock.timerCount, 0);
});

function podOf(notation: string): Live<Pod> {
  const [name = "", mark] = notation;
  const at = "2026-01-01T00:00:00Z";
  const identity = { uid: name, resourceVersion: "1", creationTimestamp: at };
  return {
    metadata: { name, ...identity, ...(mark === "~" ? { deletionTimestamp: at } : {}) },
    spec: { containers: [], ...(mark === "!" ? { priority: 2_000_000_000 } : {}) },
    status: { phase: mark === "." ? "Succeeded" : "Running" },
  };
}
