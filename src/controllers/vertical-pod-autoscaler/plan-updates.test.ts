import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { PodUpdatePolicy } from "#api/verticalautoscaling/v1";
import { ago, testNowMs } from "../testing.ts";
import { planUpdates } from "./plan-updates.ts";

// Pods as what they request, a mark ("+" running, "-" pending, "~" going, "d" resize deferred, "p" in
// progress, "e" failed, "i" infeasible, "o" ran out of memory), and hours of age or of the condition; the
// recommendation is 100m, from 50m to 200m. What is done: "name" is evicted, "name~" is resized.
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
  ["who ran out of memory quickly does not wait", "Recreate", "60o1 100+1", "60"],
  ["unless nothing would change", "Recreate", "100o1 100+1", ""],
  ["while they run, where that is asked for", "InPlaceOrRecreate", "10+1 100+1", "10~"],
  ["not twice", "InPlaceOrRecreate", "10p0 100+1", ""],
  ["by a successor when there is no room for too long", "InPlaceOrRecreate", "10d1 100+1", "10"],
  ["not at once", "InPlaceOrRecreate", "10d0 100+1", ""],
  ["by a successor when it takes too long", "InPlaceOrRecreate", "10p2 100+1", "10"],
  ["by a successor when it failed", "InPlaceOrRecreate", "10e0 100+1", "10"],
  ["by a successor when it never can be", "InPlaceOrRecreate", "10i0 100+1", "10"],
];

for (const [rule, updateMode, notation, want] of cases) {
  test(`pods are changed: ${rule} (${updateMode}: ${notation})`, () => {
    assert.equal(planned(notation, { updateMode: updateMode as "Auto" }), want);
  });
}

test("pods are changed only where what the policy requires holds", () => {
  const growing = { resources: ["cpu"], changeRequirement: "TargetHigherThanRequests" } as const;
  const policy = { updateMode: "Recreate", evictionRequirements: [growing] } as const;
  assert.equal(planned("10+1 900+1 100+1 100+1", policy), "10");
});

function planned(notation: string, updatePolicy: PodUpdatePolicy): string {
  const { resize, evict } = planUpdates({
    spec: { targetRef: { kind: "Deployment", name: "web" }, updatePolicy },
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
  const shown = (mark: string) => (pod: Live<Pod>) => `${pod.metadata.labels?.["cpu"]}${mark}`;
  return [...evict.map(shown("")), ...resize.map(shown("~"))].join(" ");
}

const conditionsOf: Readonly<Record<string, readonly [type: string, reason?: string]>> = {
  d: ["PodResizePending", "Deferred"],
  i: ["PodResizePending", "Infeasible"],
  p: ["PodResizeInProgress"],
  e: ["PodResizeInProgress", "Error"],
};

function podOf(notation: string, index: number): Live<Pod> {
  const [, cpu = "", mark = "", hours = ""] = /^(\d+)(\D)(\d+)$/.exec(notation) ?? [];
  const [type, reason] = conditionsOf[mark] ?? [];
  const isResizing = type !== undefined;
  const startTime = ago((isResizing ? 24 : Number(hours)) * 3600);
  const lastTransitionTime = ago(Number(hours) * 3600);
  const killed = { exitCode: 137, reason: "OOMKilled", startedAt: ago(60), finishedAt: ago(30) };
  const status = { name: "app", ready: true, restartCount: 1, image: "", imageID: "" };
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
      phase: mark === "-" ? "Pending" : "Running",
      startTime,
      containerStatuses: mark === "o" ? [{ ...status, lastState: { terminated: killed } }] : [],
      conditions: isResizing
        ? [
            {
              type,
              status: "True",
              lastTransitionTime,
              ...(reason === undefined ? {} : { reason }),
            },
          ]
        : [],
    },
  };
}
