/** What controllers count while they work, under upstream's names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cronJob, job } from "#api/batch/v1";
import { node, pod, service } from "#api/core/v1";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const labels = { app: "web" };
const template = {
  spec: { restartPolicy: "Never", containers: [{ name: "app", image: "web:1" }] },
};

test("EndpointSlices are counted as they change", () =>
  withControlPlane(async (plane) => {
    const { client, signal } = plane;
    const metadata = { namespace: "default", name: "web" };
    const spec = { selector: labels, ports: [{ port: 80 }] };
    await client.of(service).create({ metadata, spec }, {}, signal);
    await plane.settle();
    assert.deepEqual(shown(plane, "endpoint_slice_controller", /changes|num_|desired/), [
      "num_endpoint_slices 1",
      'changes{operation="create"} 1',
    ]);

    const running = { metadata: { ...metadata, name: "a", labels }, spec: template.spec };
    const created = await client.of(pod).create(running, {}, signal);
    await plane.report(created, {
      phase: "Running",
      podIP: "10.42.0.1",
      podIPs: [{ ip: "10.42.0.1" }],
    });
    await plane.settle();
    assert.deepEqual(shown(plane, "endpoint_slice_controller", /changes|num_|desired/), [
      "num_endpoint_slices 1",
      "endpoints_desired 1",
      // The slice that says that there is nothing makes way for one with ports.
      'changes{operation="create"} 2',
      'changes{operation="delete"} 1',
    ]);
    const added = shown(plane, "endpoint_slice_controller", /added/).join();
    assert.match(added, /^endpoints_added_per_sync (0 )+1/);
  }));

test("Jobs are counted with their passes, their pods and how they ended", () =>
  withControlPlane(async (plane) => {
    const { client, signal } = plane;
    const metadata = { namespace: "default", name: "work" };
    await client.of(job).create({ metadata, spec: { completions: 2, template } }, {}, signal);
    await plane.settle();
    for (let round = 0; round < 2; round++) {
      for (const one of await plane.pods()) await plane.report(one, { phase: "Succeeded" });
      await plane.settle(2_000);
    }
    assert.deepEqual(shown(plane, "job_controller", /finished/), [
      'jobs_finished_total{completion_mode="NonIndexed",result="succeeded",reason="CompletionsReached"} 1',
      'job_pods_finished_total{completion_mode="NonIndexed",result="succeeded"} 2',
    ]);
    const created = shown(plane, "job_controller_job_syncs", /pods_created/);
    assert.deepEqual(created, [
      '_total{completion_mode="NonIndexed",result="success",action="pods_created"} 2',
    ]);
  }));

test("a CronJob's Job tells how late it came", () =>
  withControlPlane(async (plane) => {
    const { client, signal } = plane;
    const metadata = { namespace: "default", name: "tick" };
    const spec = { schedule: "* * * * *", jobTemplate: { spec: { template } } };
    await client.of(cronJob).create({ metadata, spec }, {}, signal);
    await plane.settle(61_000);
    const [skew = ""] = shown(plane, "cronjob_controller", /./);
    assert.match(skew, /^job_creation_skew_duration_seconds 0(\.\d+)?$/);
  }));

test("zones tell how many of their nodes are ready", () =>
  withControlPlane(async (plane) => {
    const { client, signal } = plane;
    const zone = {
      "topology.kubernetes.io/region": "north",
      "topology.kubernetes.io/zone": "north-1",
    };
    for (const [name, status] of [
      ["a", "True"],
      ["b", "False"],
    ] as const) {
      const conditions = [{ type: "Ready", status }];
      await client
        .of(node)
        .create({ metadata: { name, labels: zone }, status: { conditions } }, {}, signal);
    }
    await plane.settle();
    assert.deepEqual(
      shown(plane, "node_collector", /zone/).map((line) => line.replace(/\{.*\}/, "")),
      ["zone_health 50", "zone_size 2", "unhealthy_nodes_in_zone 1", "evictions_total 1"],
    );
  }));

/** Lines of metrics whose names begin so, without that; those that match. */
function shown({ meters }: ControlPlane, start: string, pattern: RegExp): readonly string[] {
  return meters
    .lines(start)
    .map((line) => line.slice(start.length).replace(/^_(?!total)/, ""))
    .filter((line) => pattern.test(line));
}
