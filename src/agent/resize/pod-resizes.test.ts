import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { VirtualClock } from "#base/testing";
import { containerStatusOf } from "../testing.ts";
import { PodResizes } from "./pod-resizes.ts";

/**
 * A story of one node with 1000m, word by word; after each line stands what is set aside for the pods,
 * how far their resizes have come, and which Events were told.
 *
 *     a=300       pod a asks for 300m
 *     a=300/200   it does, and 200m were set aside by an earlier agent
 *     settle      what is pending is looked at
 *     a:ended     it has ended; a:gone: it is gone from the API
 *     a:done      its container has what is set aside; a:failed: it could not get it
 */
type Story = readonly (readonly [words: string, want: string])[];

const stories: readonly (readonly [rule: string, story: Story])[] = [
  [
    "a pod gets what there is room for",
    [
      ["a=300", "a=300"],
      ["a=500 settle", "a=500 InProgress@2 | ResizeStarted"],
      ["a:done", "a=500 | ResizeCompleted"],
    ],
  ],
  [
    "what there is no room for waits until there is",
    [
      ["a=300 b=500 a=600 settle", "a=300 Deferred@2 b=500 | ResizeDeferred"],
      ["settle", "a=300 Deferred@2 b=500"],
      ["b:ended settle", "a=600 InProgress@2 b=500 | ResizeStarted"],
    ],
  ],
  [
    "a pod that is gone leaves room, too",
    [["a=300 b=500 a=600 b:gone settle", "a=600 InProgress@2 | ResizeStarted"]],
  ],
  [
    "a wish can be taken back",
    [
      ["a=300 b=700 a=400 settle", "a=300 Deferred@2 b=700 | ResizeDeferred"],
      ["a=300 settle", "a=300 b=700"],
    ],
  ],
  [
    "who shrinks goes first, and leaves room for others",
    [
      [
        "a=300 b=700 a=400 b=500 settle",
        "a=400 InProgress@2 b=500 InProgress@2 | ResizeStarted ResizeStarted",
      ],
    ],
  ],
  [
    "an agent that comes back knows what was set aside",
    [["a=300/200 b=750 settle", "a=200 Deferred@1 b=750 | ResizeDeferred"]],
  ],
  [
    "what fails is told once, and goes on",
    [
      ["a=300 a=400 settle a:failed", "a=400 InProgress:Error@2 | ResizeStarted ResizeError"],
      ["a:failed", "a=400 InProgress:Error@2"],
      ["a:done", "a=400 | ResizeCompleted"],
    ],
  ],
  ["a pod that has ended asks for nothing", [["a=300 a=400 a:ended settle", "a=300"]]],
];

for (const [rule, story] of stories) {
  test(`resizes: ${rule}`, () => {
    const node = new StoryNode();
    for (const [words, want] of story) {
      for (const word of words.split(" ")) node.play(word);
      assert.equal(node.show(), want, words);
    }
  });
}

test("a condition and an Event say what the node lacks", () => {
  const node = new StoryNode();
  for (const word of ["a=300", "b=500", "a=600", "settle"]) node.play(word);
  const lack = "Node didn't have enough resource: cpu, requested: 600, used: 500, capacity: 1000";
  assert.equal(node.resizes.conditionsOf("a")[0]?.message, lack);
  const resources = '{"name":"app","resources":{"requests":{"cpu":"600m"}}}';
  assert.deepEqual(node.messages, [
    `Pod resize OutOfcpu: {"containers":[${resources}],"generation":2,"error":"${lack}"}`,
  ]);
});

class StoryNode {
  readonly resizes: PodResizes;
  readonly messages: string[] = [];
  readonly #pods = new Map<string, Live<Pod>>();
  #reasons: string[] = [];

  constructor() {
    const record = (
      _subject: object,
      facts: { readonly reason: string; readonly message: string },
    ) => {
      this.#reasons.push(facts.reason);
      this.messages.push(facts.message);
    };
    const allocatable = () => ({ cpu: "1", memory: "1Gi" });
    this.resizes = new PodResizes({ recorder: { record }, clock: new VirtualClock(), allocatable });
  }

  play(word: string): void {
    if (word === "settle") {
      this.resizes.settlePending();
      return;
    }
    const [, name = "", wanted, allocated, what] =
      /^(\w+)(?:=(\d+)(?:\/(\d+))?|:(\w+))$/.exec(word) ?? [];
    const pod = this.#pods.get(name);
    if (wanted !== undefined) this.#note(podOf(name, pod, wanted, allocated));
    else if (pod !== undefined && what !== undefined) this.#happen(pod, what);
  }

  show(): string {
    const pods = [...this.#pods].map(([name, pod]) => {
      const cpu = this.resizes.allocated(pod).spec.containers[0]?.resources?.requests?.["cpu"];
      const conditions = this.resizes
        .conditionsOf(name)
        .map(({ type, reason = "", observedGeneration }) => {
          const shown =
            type === "PodResizePending" ? reason : `InProgress${reason && `:${reason}`}`;
          return ` ${shown}@${observedGeneration}`;
        });
      return `${name}=${cpu?.replace("m", "")}${conditions.join("")}`;
    });
    const events = this.#reasons.length === 0 ? "" : ` | ${this.#reasons.join(" ")}`;
    this.#reasons = [];
    return `${pods.join(" ")}${events}`;
  }

  #note(pod: Live<Pod>): void {
    this.#pods.set(pod.metadata.uid, pod);
    this.resizes.note(pod);
  }

  #happen(pod: Live<Pod>, what: string): void {
    const { uid } = pod.metadata;
    const running = this.resizes.allocated(pod);
    if (what === "ended") this.#note({ ...pod, status: { phase: "Succeeded" } });
    if (what === "failed") this.resizes.noteFailure(running, "refused");
    if (what === "gone") {
      this.#pods.delete(uid);
      this.resizes.forget(uid);
    }
    if (what !== "done") return;
    const status = containerStatusOf({ id: uid, state: "running" });
    this.resizes.noteInEffect(uid, running.spec.containers[0]?.resources ?? {});
    this.resizes.follow(running, { sandboxes: [], containers: new Map([["app", [status]]]) });
  }
}

function podOf(
  name: string,
  before: Live<Pod> | undefined,
  wanted: string,
  allocated: string | undefined,
): Live<Pod> {
  const generation = (before?.metadata.generation ?? 0) + 1;
  const requests = { cpu: `${wanted}m` };
  const told = { cpu: `${allocated}m` };
  const status = {
    name: "app",
    ready: true,
    restartCount: 0,
    image: "",
    imageID: "",
    allocatedResources: told,
    resources: { requests: told },
  };
  return {
    metadata: { name, uid: name, generation, resourceVersion: "1", creationTimestamp: "" },
    spec: { containers: [{ name: "app", resources: { requests } }] },
    status: {
      phase: "Running",
      ...(allocated === undefined ? {} : { containerStatuses: [status] }),
    },
  };
}
