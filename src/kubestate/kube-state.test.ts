import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { pod } from "#api/core/v1";
import { openTestApiServer } from "#apiserver/testing";
import { createClient } from "#client";
import { createKubeState } from "./kube-state.ts";

test("the page follows the objects", async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const random = seededRandom(1);
  await using server = await openTestApiServer({ clock });
  const client = createClient(server.transport);
  const ended = new AbortController();
  const { signal } = ended;
  const state = createKubeState({ client, clock, random, log: silentLogger });
  const running = state.run(signal);
  await clock.advance(200);
  await state.synced(signal);
  const phases = () =>
    [...state.write()]
      .join("")
      .split("\n")
      .filter((line) => /^kube_pod_status_phase.* 1$/.test(line))
      .map((line) => line.replace(/,uid="[^"]*"/, ""));
  const seen = [phases()];
  const pods = client.of(pod);
  const made = await pods.create(
    {
      metadata: { name: "web", namespace: "default" },
      spec: { containers: [{ name: "app", image: "web:1" }] },
    },
    {},
    signal,
  );
  await clock.advance(200);
  seen.push(phases());
  await pods.updateStatus({ ...made, status: { ...made.status, phase: "Running" } }, {}, signal);
  await clock.advance(200);
  seen.push(phases());
  await pods.delete({ namespace: "default", name: "web" }, { gracePeriodSeconds: 0 }, signal);
  await clock.advance(200);
  seen.push(phases());
  ended.abort();
  await running;
  const line = (phase: string) =>
    `kube_pod_status_phase{namespace="default",pod="web",phase="${phase}"} 1`;
  assert.deepEqual(seen, [[], [line("Pending")], [line("Running")], []]);
});
