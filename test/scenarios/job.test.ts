import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import { type Job, job, type JobSpec } from "#api/batch/v1";
import type { Pod } from "#api/core/v1";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

test("a Job runs its pods two at a time and completes", () =>
  withControlPlane(async (plane) => {
    await createJob(plane, { completions: 3, parallelism: 2 });
    assert.equal(await show(plane), "active 2, ready 0, succeeded 0, failed 0");

    await finishAll(plane, "Succeeded");
    assert.equal(await show(plane), "active 1, ready 0, succeeded 2, failed 0");

    await finishAll(plane, "Succeeded");
    const end = "SuccessCriteriaMet Complete";
    assert.equal(await show(plane), `active 0, ready 0, succeeded 3, failed 0, ${end}`);
    const kept = await plane.pods();
    assert.deepEqual(
      kept.flatMap(({ metadata }) => metadata.finalizers ?? []),
      [],
    );
    assert.equal((await plane.events()).at(-1), "Completed: Job completed");
  }));

test("a Job gives its pods labels by which only they are its own", () =>
  withControlPlane(async (plane) => {
    const { metadata, spec } = await createJob(plane, {});
    assert.deepEqual(spec.selector?.matchLabels, {
      "batch.kubernetes.io/controller-uid": metadata.uid,
    });
    const [only] = await plane.pods();
    assert.deepEqual(only?.metadata.labels, {
      "batch.kubernetes.io/controller-uid": metadata.uid,
      "batch.kubernetes.io/job-name": "work",
      "controller-uid": metadata.uid,
      "job-name": "work",
    });
  }));

test("a Job replaces failed pods ever more slowly and then gives up", () =>
  withControlPlane(async (plane) => {
    await createJob(plane, { backoffLimit: 2 });
    await finishAll(plane, "Failed");
    assert.equal(await show(plane), "active 0, ready 0, succeeded 0, failed 1");
    await plane.settle(10_000);
    assert.equal(await show(plane), "active 1, ready 0, succeeded 0, failed 1");

    await finishAll(plane, "Failed");
    await plane.settle(10_000);
    assert.equal(await show(plane), "active 0, ready 0, succeeded 0, failed 2");
    await plane.settle(10_000);
    assert.equal(await show(plane), "active 1, ready 0, succeeded 0, failed 2");

    await finishAll(plane, "Failed");
    const end = "FailureTarget Failed";
    assert.equal(await show(plane), `active 0, ready 0, succeeded 0, failed 3, ${end}`);
    const last = (await plane.events()).at(-1);
    assert.equal(last, "BackoffLimitExceeded: Job has reached the specified backoff limit");
  }));

test("an indexed Job numbers its pods and remembers which have succeeded", () =>
  withControlPlane(async (plane) => {
    await createJob(plane, { completions: 3, parallelism: 3, completionMode: "Indexed" });
    const pods = await plane.pods();
    assert.deepEqual(
      pods.map(({ spec }) => spec.hostname),
      ["work-0", "work-1", "work-2"],
    );
    const variable = pods[1]?.spec.containers[0]?.env?.[0];
    assert.equal(variable?.name, "JOB_COMPLETION_INDEX");

    for (const pod of [pods[0], pods[2]]) if (pod !== undefined) await finish(plane, pod, 0);
    await plane.settle();
    assert.equal(await show(plane), "active 1, ready 0, succeeded 2, failed 0, indexes 0,2");
    await finishAll(plane, "Succeeded");
    const end = "indexes 0-2, SuccessCriteriaMet Complete";
    assert.equal(await show(plane), `active 0, ready 0, succeeded 3, failed 0, ${end}`);
  }));

test("a Job fails at once when a policy says that the failure is final", () =>
  withControlPlane(async (plane) => {
    const values = [42];
    const rule = { action: "FailJob", onExitCodes: { operator: "In", values } };
    await createJob(plane, { podFailurePolicy: { rules: [rule] }, parallelism: 2, completions: 2 });
    const [first] = await plane.pods();
    assert.ok(first);
    await finish(plane, first, 42);
    await plane.settle();
    const message = `Container app for pod default/${first.metadata.name} failed with exit code 42 matching FailJob rule at index 0`;
    assert.equal((await read(plane)).status.conditions?.at(-1)?.message, message);
  }));

test("a Job that takes too long is ended with all its pods", () =>
  withControlPlane(async (plane) => {
    await createJob(plane, { activeDeadlineSeconds: 30 });
    await plane.settle(31_000);
    const end = "FailureTarget Failed";
    assert.equal(await show(plane), `active 0, ready 0, succeeded 0, failed 1, ${end}`);
    assert.deepEqual(await plane.pods(), []);
  }));

test("a suspended Job has no pods until it is resumed", () =>
  withControlPlane(async (plane) => {
    await createJob(plane, { suspend: true });
    assert.equal(await show(plane), "active 0, ready 0, succeeded 0, failed 0, Suspended");
    const key = { namespace: "default", name: "work" };
    const patch = { type: "merge", body: { spec: { suspend: false } } } as const;
    await plane.client.of(job).patch(key, patch, {}, plane.signal);
    await plane.settle();
    assert.equal(await show(plane), "active 1, ready 0, succeeded 0, failed 0");
    assert.ok((await plane.events()).includes("Resumed: Job resumed"));
  }));

test("a finished Job is deleted with its pods when its time is over", () =>
  withControlPlane(async (plane) => {
    await createJob(plane, { ttlSecondsAfterFinished: 60 });
    await finishAll(plane, "Succeeded");
    await plane.settle(50_000);
    assert.equal((await plane.pods()).length, 1);
    await plane.settle(12_000);
    assert.deepEqual(await plane.pods(), []);
  }));

async function createJob(plane: ControlPlane, spec: Partial<JobSpec>): Promise<Live<Job>> {
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "app", image: "a" }] } };
  const wanted = {
    metadata: { namespace: "default", name: "work" },
    spec: { template, ...spec },
  };
  const created = await plane.client.of(job).create(wanted, {}, plane.signal);
  await plane.settle();
  return created;
}

async function read({ client, signal }: ControlPlane): Promise<Live<Job>> {
  return client.of(job).get({ namespace: "default", name: "work" }, signal);
}

async function show(plane: ControlPlane): Promise<string> {
  const { status } = await read(plane);
  const counts = (["active", "ready", "succeeded", "failed"] as const).map(
    (name) => `${name} ${status[name] ?? 0}`,
  );
  const indexes =
    (status.completedIndexes ?? "") === "" ? [] : [`indexes ${status.completedIndexes}`];
  const holding = (status.conditions ?? []).filter((condition) => condition.status === "True");
  const conditions = holding.map(({ type }) => type).join(" ");
  return [...counts, ...indexes, ...(conditions === "" ? [] : [conditions])].join(", ");
}

async function finishAll(plane: ControlPlane, phase: "Succeeded" | "Failed"): Promise<void> {
  for (const pod of await plane.pods()) {
    if (pod.status.phase === "Pending") await finish(plane, pod, phase === "Failed" ? 1 : 0);
  }
  await plane.settle();
}

async function finish(plane: ControlPlane, pod: Live<Pod>, exitCode: number): Promise<void> {
  const finishedAt = new Date(plane.clock.nowMs()).toISOString().replace(/\.\d+Z/, "Z");
  const containerStatuses = [
    {
      name: "app",
      image: "a",
      imageID: "",
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode, finishedAt } },
    },
  ];
  const phase = exitCode === 0 ? "Succeeded" : "Failed";
  await plane.report(pod, { phase, containerStatuses });
}
