import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpTransport, silentLogger, uncounted } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import type { Live } from "#api";
import { type Pod, pod as podKind, podTemplate } from "#api/core/v1";
import { openTestApiServer } from "#apiserver/testing";
import { createClient } from "#client";
import { createPods, deletePods, type PodsOfOwner } from "./expected-pods.ts";
import { Expectations } from "./expectations.ts";
import { controllerMetrics } from "./metrics.ts";

const signal = new AbortController().signal;
const wanted = {
  metadata: { namespace: "default", generateName: "web-" },
  spec: { containers: [{ name: "app", image: "a" }] },
};

// What the cache shows of a pod when it is deleted, and what comes of the deletion.
const deletions: readonly (readonly [
  rule: string,
  shown: "staying" | "going" | "nothing",
  answer: "granted" | "refused",
  waits: boolean,
])[] = [
  ["is expected to be seen", "staying", "granted", true],
  ["is not waited for when it was seen to go meanwhile", "going", "granted", false],
  ["is not waited for when it was seen gone meanwhile", "nothing", "granted", false],
  ["is not waited for when it was refused", "staying", "refused", false],
];

for (const [rule, shown, answer, waits] of deletions) {
  test(`a deletion ${rule}`, async () => {
    await using world = await openWorld();
    const [pod] = await world.create(1);
    assert.ok(pod);
    world.show(shown === "nothing" ? undefined : shown === "going" ? goingOf(pod) : pod);
    if (answer === "refused") world.refuse();
    const deletion = deletePods(world.own, [pod], signal);
    if (answer === "refused") await assert.rejects(deletion);
    else await deletion;
    assert.equal(world.isWaiting(), waits);
  });
}

test("of many creations the first refusal ends the rest, and what was created counts", async () => {
  await using world = await openWorld();
  world.refuse(5);
  const many = Array.from({ length: 100 }, () => wanted);
  const { createdCount, failure } = await createPods(world.own, many, signal);
  // Batches of one, two and four: the fifth request is in the third.
  assert.equal(createdCount, 4);
  assert.match(String(failure?.error), /refused in this test/);
  assert.equal(world.isWaiting(), true);
});

async function openWorld() {
  const clock = new VirtualClock();
  const api = await openTestApiServer({ clock });
  const { transport } = api;
  const admin = createClient(transport);
  const metadata = { namespace: "default", name: "web" };
  const template = await admin.of(podTemplate).create({ metadata, template: wanted }, {}, signal);
  const owner = { apiVersion: "v1", kind: "PodTemplate", metadata: template.metadata };
  let granted = Number.POSITIVE_INFINITY;
  const limited: HttpTransport = {
    send: (request, ending) =>
      granted-- > 0
        ? transport.send(request, ending)
        : Promise.reject(new Error("refused in this test")),
    upgrade: transport.upgrade,
  };
  const log = silentLogger;
  const recorder = { record: () => {} };
  const metrics = controllerMetrics(uncounted, clock);
  const random = seededRandom(1);
  const context = { client: createClient(limited), clock, random, log, metrics, recorder };
  let shown: Live<Pod> | undefined;
  const pods = { find: () => shown, list: () => [], byIndex: () => [], size: 0 };
  const expectations = new Expectations();
  const key = "default/web";
  const own: PodsOfOwner = { context, owner, key, pods, expectations };
  return {
    own,
    create: async (count: number) =>
      Promise.all(
        Array.from({ length: count }, () => admin.of(podKind).create(wanted, {}, signal)),
      ),
    show: (pod: Live<Pod> | undefined) => void (shown = pod),
    refuse: (request = 1) => void (granted = request - 1),
    isWaiting: () => !expectations.areMet(key, clock.nowMs()),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

function goingOf(pod: Live<Pod>): Live<Pod> {
  return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } };
}
