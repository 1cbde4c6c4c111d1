import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { EphemeralContainer, Pod } from "#api/core/v1";
import type { ContainerStatus } from "../runtime-state.ts";
import { noResizePlan } from "../resize/plan-resize.ts";
import { type Action, type PlanInput, planPod } from "./plan.ts";

// Containers of the pod are "app" and "side"; debuggers as "name" or "name>target". What the runtime
// has, as name=state. What is done, and who waits why.
const cases: readonly (readonly [
  rule: string,
  debuggers: string,
  observed: string,
  want: string,
])[] = [
  ["is started beside what runs", "dbg", "app=running side=running", "start dbg"],
  ["joins its target", "dbg>side", "app=running side=running", "start dbg into id-side"],
  [
    "may look at a target that ended",
    "dbg>app",
    "app=running side=exited",
    "start side, start dbg into id-app",
  ],
  [
    "waits for its target",
    "dbg>app",
    "side=running",
    "start app; dbg CreateContainerConfigError: unable to find target container app",
  ],
  ["is left alone while it runs", "dbg", "app=running side=running dbg=running", ""],
  ["is never started again", "dbg", "app=running side=running dbg=exited", ""],
  [
    "is made anew when it was made only halfway",
    "dbg",
    "app=running side=running dbg=created",
    "start dbg",
  ],
];

for (const [rule, debuggers, observed, want] of cases) {
  test(`an ephemeral container ${rule}`, () => {
    assert.equal(show(planOf(debuggers, observed, "stays")), want);
  });
}

test("an ephemeral container ends with its pod", () => {
  const plan = planOf("dbg", "app=running side=exited dbg=running", "ends");
  assert.equal(show(plan), "kill app, kill dbg");
});

// Containers that have to start anew for their size, and those that get it while they run; what runs.
const resizes: readonly (readonly [
  rule: string,
  restarts: string,
  updates: string,
  observed: string,
  want: string,
])[] = [
  ["is done while it runs", "", "app", "app=running side=running", "resize app"],
  ["may take a restart", "app", "", "app=running side=running", "kill app"],
  [
    "of one goes with the restart of another",
    "app",
    "side",
    "app=running side=running",
    "kill app, resize side",
  ],
];
for (const [rule, restarts, updates, observed, want] of resizes) {
  test(`a resize ${rule}`, () => {
    const resize = {
      restarts: new Set(wordsOf(restarts)),
      updates: wordsOf(updates).map((name) => ({
        container: { name },
        id: `id-${name}`,
        inEffect: {},
      })),
      isPodDue: false,
    };
    assert.equal(show(planOf("", observed, "stays", { resize })), want);
  });
}

test("what ended only to start anew starts, whatever its pod says of ends", () => {
  const pod = podOf("");
  const never = { ...pod, spec: { ...pod.spec, restartPolicy: "Never" } };
  const observed = "app=exited side=running";
  const isRestarting = (id: string) => id === "id-app";
  assert.equal(show(planOf("", observed, "stays", { pod: never })), "");
  assert.equal(show(planOf("", observed, "stays", { pod: never, isRestarting })), "start app");
});

function planOf(
  debuggers: string,
  observed: string,
  fate: "stays" | "ends",
  more: Partial<PlanInput> = {},
) {
  const containers = new Map(
    wordsOf(observed).map((word) => {
      const [name = "", state = ""] = word.split("=");
      return [name, [statusOf(name, state)]] as const;
    }),
  );
  const sandbox = { state: "ready", metadata: { attempt: 0 } };
  return planPod({
    pod: podOf(debuggers),
    observed: { sandboxes: [sandbox as never], containers },
    probes: { hasStarted: () => true, isReady: () => true, findFailure: () => undefined },
    backoffOf: () => ({ remainingMs: 0, delayMs: 0 }),
    isEnding: fate === "ends",
    hashOf: () => "",
    resize: noResizePlan,
    isRestarting: () => false,
    ...more,
  });
}

function podOf(debuggers: string): Live<Pod> {
  const ephemeralContainers = wordsOf(debuggers).map((word): EphemeralContainer => {
    const [name = "", targetContainerName] = word.split(">");
    return { name, image: "a", targetContainerName };
  });
  return {
    metadata: {
      name: "web",
      namespace: "default",
      uid: "uid",
      resourceVersion: "1",
      creationTimestamp: "",
    },
    spec: { containers: [{ name: "app" }, { name: "side" }], ephemeralContainers },
    status: { phase: "Running" },
  };
}

function statusOf(name: string, state: string): ContainerStatus {
  const part = { id: `id-${name}`, state, annotations: {}, metadata: { name, attempt: 0 } };
  return { ...part, exitCode: 0 } as never;
}

function show({ actions, waiting }: ReturnType<typeof planPod>): string {
  const done = actions.map(showAction).join(", ");
  const refused = [...waiting]
    .filter(([, { message }]) => message !== undefined)
    .map(([name, { reason, message }]) => `; ${name} ${reason}: ${message}`);
  return [done, ...refused].join("");
}

function showAction(action: Action): string {
  if (action.kind === "resize") {
    return `resize ${action.updates.map(({ container }) => container.name).join(" ")}`;
  }
  if (action.kind !== "start" && action.kind !== "kill") return action.kind;
  const into =
    action.kind === "start" && action.targetId !== undefined ? ` into ${action.targetId}` : "";
  return `${action.kind} ${action.container.name}${into}`;
}

function wordsOf(text: string): readonly string[] {
  return text.split(" ").filter((word) => word !== "");
}
