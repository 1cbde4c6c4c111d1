import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import { type CronJob, type CronJobSpec, cronJob, type Job, job } from "#api/batch/v1";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const minuteMs = 60_000;
// The clock starts at 2026-01-01T00:00:00Z, which is 29,453,760 minutes after the epoch.
const firstMinute = 29_453_760;

test("a CronJob starts a Job at each time of its schedule", () =>
  withControlPlane(async (plane) => {
    await createCronJob(plane, { schedule: "*/5 * * * *" });
    await plane.settle(4 * minuteMs);
    assert.deepEqual(await jobNames(plane), []);
    await plane.settle(7 * minuteMs);
    const names = [firstMinute + 5, firstMinute + 10].map((minute) => `tick-${minute}`);
    assert.deepEqual(await jobNames(plane), names);
    const { status } = await read(plane);
    assert.equal(status.lastScheduleTime, "2026-01-01T00:10:00Z");
    assert.deepEqual(
      status.active?.map(({ name }) => name),
      names,
    );
    const [first] = await jobs(plane);
    const annotations = {
      "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T00:05:00Z",
    };
    assert.deepEqual(first?.metadata.annotations, annotations);
  }));

test("a CronJob that forbids it starts no Job beside a running one", () =>
  withControlPlane(async (plane) => {
    await createCronJob(plane, { concurrencyPolicy: "Forbid" });
    await plane.settle(3 * minuteMs);
    assert.deepEqual(await jobNames(plane), [`tick-${firstMinute + 1}`]);
    await finishAll(plane);
    await plane.settle(minuteMs);
    assert.equal((await jobNames(plane)).length, 2);
    const { status } = await read(plane);
    assert.equal(status.lastSuccessfulTime, "2026-01-01T00:03:00Z");
    assert.equal(status.active?.length, 1);
  }));

test("a CronJob that replaces deletes the running Job first", () =>
  withControlPlane(async (plane) => {
    await createCronJob(plane, { concurrencyPolicy: "Replace" });
    await plane.settle(2 * minuteMs);
    assert.deepEqual(await jobNames(plane), [`tick-${firstMinute + 2}`]);
  }));

test("a CronJob keeps as many finished Jobs as its history may hold", () =>
  withControlPlane(async (plane) => {
    await createCronJob(plane, { successfulJobsHistoryLimit: 2 });
    for (let run = 0; run < 4; run++) {
      await plane.settle(minuteMs);
      await finishAll(plane);
    }
    const names = [firstMinute + 3, firstMinute + 4].map((minute) => `tick-${minute}`);
    assert.deepEqual(await jobNames(plane), names);
  }));

test("a CronJob goes by the clocks of its time zone", () =>
  withControlPlane(async (plane) => {
    await createCronJob(plane, { schedule: "30 9 * * *", timeZone: "Asia/Tokyo" });
    await plane.settle(31 * minuteMs);
    assert.deepEqual(await jobNames(plane), [`tick-${firstMinute + 30}`]);
  }));

async function createCronJob(plane: ControlPlane, spec: Partial<CronJobSpec>): Promise<void> {
  const containers = [{ name: "app", image: "a" }];
  const template = { spec: { restartPolicy: "Never", containers } };
  const wanted = {
    metadata: { namespace: "default", name: "tick" },
    spec: { schedule: "* * * * *", jobTemplate: { spec: { template } }, ...spec },
  };
  await plane.client.of(cronJob).create(wanted, {}, plane.signal);
  await plane.settle();
}

function read({ client, signal }: ControlPlane): Promise<Live<CronJob>> {
  return client.of(cronJob).get({ namespace: "default", name: "tick" }, signal);
}

async function jobs({ client, signal }: ControlPlane): Promise<readonly Live<Job>[]> {
  return (await client.of(job).list({ namespace: "default" }, signal)).items;
}

async function jobNames(plane: ControlPlane): Promise<readonly string[]> {
  return (await jobs(plane)).map(({ metadata }) => metadata.name);
}

async function finishAll(plane: ControlPlane): Promise<void> {
  for (const pod of await plane.pods()) await plane.report(pod, { phase: "Succeeded" });
  await plane.settle();
}
