import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { ago, testNowMs } from "../testing.ts";
import { podsToReplace } from "./replace.ts";

// Pods as what they request, a mark ("+" ready, "-" not ready, "~" going), and hours of age; the
// recommendation is 100m, from 50m to 200m.
const cases: readonly (readonly [rule: string, mode: string, pods: string, want: string])[] = [
  ["outside of the bounds", "Auto", "10+1 100+1", "10"],
  ["above them", "Recreate", "100+1 900+1", "900"],
  ["not within them", "Auto", "60+1 190+1", ""],
  ["within them when old and far off", "Auto", "60+13 100+13", "60"],
  ["not when near", "Auto", "95+13 105+13", ""],
  ["the furthest off first, half of them", "Auto", "10+1 900+1 20+1 800+1", "10 20"],
  ["none while others are away", "Auto", "10+1 10-1", ""],
  ["none while others go", "Auto", "10+1 10~1 10+1", ""],
  ["none of a target of one", "Auto", "10+1", ""],
  ["none in mode Off", "Off", "10+1 10+1", ""],
  ["none in mode Initial", "Initial", "10+1 10+1", ""],
  ["also where resizing is asked for first", "InPlaceOrRecreate", "10+1 10+1", "10"],
];

for (const [rule, updateMode, notation, want] of cases) {
  test(`pods are replaced: ${rule} (${updateMode}: ${notation})`, () => {
    const replaced = podsToReplace({
      spec: {
        targetRef: { kind: "Deployment", name: "web" },
        updatePolicy: { updateMode: updateMode as "Auto" },
      },
      recommendations: [
        {
          containerName: "app",
          target: { cpu: "100m" },
          lowerBound: { cpu: "50m" },
          upperBound: { cpu: "200m" },
        },
      ],
      pods: notation.split(" ").map(podOf),
      nowMs: testNowMs,
    });
    const shown = replaced.map(({ metadata }) => metadata.labels?.["cpu"]).join(" ");
    assert.equal(shown, want);
  });
}

function podOf(notation: string, index: number): Live<Pod> {
  const [, cpu = "", mark = "", hours = ""] = /^(\d+)([-+~])(\d+)$/.exec(notation) ?? [];
  const startTime = ago(Number(hours) * 3600);
  return {
    metadata: {
      name: `p${index}`,
      uid: `p${index}`,
      resourceVersion: "1",
      creationTimestamp: startTime,
      labels: { cpu },
      ...(mark === "~" ? { deletionTimestamp: ago(1) } : {}),
    },
    spec: { containers: [{ name: "app", resources: { requests: { cpu: `${cpu}m` } } }] },
    status: {
      phase: "Running",
      startTime,
      conditions: [{ type: "Ready", status: mark === "-" ? "False" : "True" }],
    },
  };
}
