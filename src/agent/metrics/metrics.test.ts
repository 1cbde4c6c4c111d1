import assert from "node:assert/strict";
import { test } from "node:test";
import { type GrpcChannel, GrpcError, type HttpHandler } from "#base";
import { RecordingMeters, VirtualClock } from "#base/testing";
import type { Live } from "#api";
import type { Pod, PodStatus } from "#api/core/v1";
import { observedEndpoint } from "./endpoint-metrics.ts";
import { registerAgentFacts } from "./node-facts-metrics.ts";
import { PodMetrics } from "./pod-metrics.ts";
import { ProbeMetrics } from "./probe-metrics.ts";
import { observedChannel, operationOf } from "./runtime-metrics.ts";
import { VolumeMetrics } from "./volume-metrics.ts";

test("the agent tells what it knows of its node", () => {
  const meters = new RecordingMeters();
  registerAgentFacts(meters, () => ({
    nodeName: "node-1",
    pods: [
      podOf("Running", [{ running: {} }, { terminated: {} }]),
      podOf("Succeeded", [{ terminated: {} }]),
    ],
    certificates: {
      client: { secondsLeft: 3600, failureCount: 1 },
      server: { secondsLeft: -1, failureCount: 2 },
    },
  }));
  assert.deepEqual(meters.lines(), [
    'kubelet_node_name{node="node-1"} 1',
    "kubelet_running_pods 1",
    'kubelet_running_containers{container_state="running"} 1',
    'kubelet_running_containers{container_state="exited"} 2',
    'kubelet_desired_pods{static=""} 2',
    'kubelet_active_pods{static=""} 1',
    "kubelet_certificate_manager_client_ttl_seconds 3600",
    "kubelet_certificate_manager_server_ttl_seconds -1",
    "kubelet_certificate_manager_client_expiration_renew_errors 1",
    "kubelet_server_expiration_renew_errors 2",
  ]);
});

test("passes over a pod are measured by what they are for", async () => {
  const clock = new VirtualClock();
  const meters = new RecordingMeters();
  const metrics = new PodMetrics(meters, clock);
  const pod = podOf("Pending", []);
  const pass = async (of: Live<Pod> | undefined, seconds: number) => {
    const ended = metrics.passBegan(of);
    await clock.advance(seconds * 1_000);
    ended();
  };
  metrics.seen(pod);
  await clock.advance(500);
  await pass(pod, 1);
  await pass(pod, 2);
  await pass({ ...pod, metadata: { ...pod.metadata, resourceVersion: "2" } }, 3);
  await pass({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: "x" } }, 4);
  await pass(undefined, 5);
  assert.deepEqual(meters.lines("kubelet_pod_worker"), [
    'kubelet_pod_worker_duration_seconds{operation_type="create"} 1',
    'kubelet_pod_worker_duration_seconds{operation_type="sync"} 2',
    'kubelet_pod_worker_duration_seconds{operation_type="update"} 3',
    'kubelet_pod_worker_duration_seconds{operation_type="kill"} 4 5',
    "kubelet_pod_worker_start_duration_seconds 0.5",
  ]);
});

test("a pod's start is told once, with and without its init containers", async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const meters = new RecordingMeters();
  const metrics = new PodMetrics(meters, clock);
  const pod = podOf("Pending", []);
  await clock.advance(10_000);
  metrics.seen(pod);
  await clock.advance(5_000);
  const terminated = { startedAt: "2026-01-01T00:00:10Z", finishedAt: "2026-01-01T00:00:14Z" };
  const running = {
    phase: "Running",
    initContainerStatuses: [{ name: "init", state: { terminated } }],
  } as unknown as PodStatus;
  metrics.reported(pod, { phase: "Pending" });
  metrics.reported(pod, running);
  metrics.reported(pod, running);
  assert.deepEqual(meters.lines("kubelet_pod_start_"), [
    "kubelet_pod_start_duration_seconds 5",
    "kubelet_pod_start_total_duration_seconds 15",
    "kubelet_pod_start_sli_duration_seconds 11",
  ]);
});

test("a pod that ran before the agent came has not just started", () => {
  const meters = new RecordingMeters();
  const metrics = new PodMetrics(meters, new VirtualClock());
  const pod = podOf("Running", []);
  metrics.seen(pod);
  metrics.reported(pod, { phase: "Running" });
  assert.deepEqual(meters.lines("kubelet_pod_start_"), []);
});

test("looks at the runtime are told with the time between them", async () => {
  const clock = new VirtualClock(0);
  const meters = new RecordingMeters();
  const metrics = new PodMetrics(meters, clock);
  for (const waitMs of [0, 9_000]) {
    await clock.advance(waitMs);
    const startMs = clock.elapsedMs();
    await clock.advance(1_000);
    metrics.relisted(startMs);
  }
  assert.deepEqual(meters.lines("kubelet_pleg"), [
    "kubelet_pleg_relist_duration_seconds 1 1",
    "kubelet_pleg_relist_interval_seconds 10",
    "kubelet_pleg_last_seen_seconds 11",
  ]);
});

const operations = [
  ["Version", "version"],
  ["RunPodSandbox", "run_podsandbox"],
  ["ListPodSandboxStats", "list_podsandbox_stats"],
  ["CreateContainer", "create_container"],
  ["UpdateContainerResources", "update_container"],
  ["ImageFsInfo", "image_fs_info"],
] as const;

for (const [method, operation] of operations) {
  test(`a call of ${method} is the operation ${operation}`, () => {
    assert.equal(operationOf(`/runtime.v1.RuntimeService/${method}`), operation);
  });
}

test("calls of the runtime are counted, measured, and counted as errors", async () => {
  const clock = new VirtualClock();
  const meters = new RecordingMeters();
  const channel: GrpcChannel = {
    call: async (method) => {
      await clock.advance(2_000);
      if (method.endsWith("StartContainer")) throw new GrpcError("notFound", "gone");
      return new Uint8Array(0);
    },
    stream: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject() }) }),
    [Symbol.asyncDispose]: async () => {},
  };
  const observed = observedChannel(channel, meters, clock);
  const options = { timeoutMs: 1, signal: new AbortController().signal };
  await observed.call("/s/Version", new Uint8Array(0), options);
  await assert.rejects(observed.call("/s/StartContainer", new Uint8Array(0), options));
  assert.deepEqual(meters.lines(), [
    'kubelet_runtime_operations_total{operation_type="version"} 1',
    'kubelet_runtime_operations_total{operation_type="start_container"} 1',
    'kubelet_runtime_operations_duration_seconds{operation_type="version"} 2',
    'kubelet_runtime_operations_duration_seconds{operation_type="start_container"} 2',
    'kubelet_runtime_operations_errors_total{operation_type="start_container"} 1',
  ]);
});

test("probes are told until their container is gone", () => {
  const meters = new RecordingMeters();
  const metrics = new ProbeMetrics(meters);
  const container = { namespace: "shop", pod: "web", podUid: "u", container: "app" };
  metrics.probed("liveness", container, { result: "successful", seconds: 1 });
  metrics.probed("liveness", container, { result: "failed", seconds: 2 });
  assert.deepEqual(meters.lines(), [
    'prober_probe_total{probe_type="Liveness",result="successful",container="app",pod="web",namespace="shop",pod_uid="u"} 1',
    'prober_probe_total{probe_type="Liveness",result="failed",container="app",pod="web",namespace="shop",pod_uid="u"} 1',
    'prober_probe_duration_seconds{probe_type="Liveness",container="app",pod="web",namespace="shop"} 1 2',
  ]);
  metrics.forget(container);
  assert.deepEqual(meters.lines(), []);
});

test("requests to the node's port are told by a few paths, whatever is asked for", async () => {
  const meters = new RecordingMeters();
  const response = { status: 200, headers: {}, body: undefined };
  const handler: HttpHandler = {
    handle: async () => response,
    upgrade: async () => ({ kind: "refused", response }),
  };
  const observed = observedEndpoint(handler, meters, new VirtualClock());
  const peer = { address: undefined, certificate: undefined };
  const { signal } = new AbortController();
  for (const target of [
    "/metrics",
    "/metrics/cadvisor?x=1",
    "/pods",
    "/a/b",
    "/containerLogs/n/p",
  ]) {
    await observed.handle({ method: "GET", target, headers: {}, body: undefined, peer }, signal);
  }
  const exec = { method: "POST", target: "/exec/n/p/c", headers: {}, body: undefined, peer };
  await observed.upgrade(exec, signal);
  assert.deepEqual(
    meters
      .lines("kubelet_http_requests_total")
      .map((line) =>
        line.replace(/.*method="(.*)",path="(.*)",server.*long_running="(.*)"}/, "$1 $2 $3"),
      ),
    [
      "GET metrics false 1",
      "GET metrics/cadvisor false 1",
      "GET pods false 1",
      "GET other false 1",
      "GET containerLogs false 1",
      "POST exec true 1",
    ],
  );
});

test("volumes are told by what is behind them, wanted and ready", async () => {
  const clock = new VirtualClock();
  const meters = new RecordingMeters();
  const metrics = new VolumeMetrics(meters, clock);
  const volumes = [
    { name: "conf", configMap: {} },
    { name: "data", persistentVolumeClaim: {} },
  ];
  const pod = podOf("Pending", []);
  metrics.show(() => [{ ...pod, spec: { ...pod.spec, volumes } } as unknown as Live<Pod>]);
  await metrics.measure("u", { name: "conf", configMap: {} }, () => clock.advance(2_000));
  const failing = metrics.measure("u", { name: "data" }, () => Promise.reject(new Error("no")));
  await assert.rejects(failing);
  const operation = (plugin: string, status: string) =>
    `storage_operation_duration_seconds{volume_plugin="kubernetes.io/${plugin}",operation_name="volume_mount",status="${status}",migrated="false"}`;
  const total = (plugin: string, state: string) =>
    `volume_manager_total_volumes{plugin_name="kubernetes.io/${plugin}",state="${state}_state_of_world"}`;
  assert.deepEqual(meters.lines("storage"), [
    `${operation("configmap", "success")} 2`,
    `${operation("local-volume", "fail-unknown")} 0`,
  ]);
  assert.deepEqual(meters.lines("volume"), [
    `${total("configmap", "desired")} 1`,
    `${total("local-volume", "desired")} 1`,
    `${total("configmap", "actual")} 1`,
  ]);
  metrics.removed("u");
  assert.equal(meters.lines("volume").length, 2);
});

function podOf(phase: string, states: readonly object[]): Live<Pod> {
  const metadata = {
    name: "web",
    namespace: "shop",
    uid: "u",
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
  };
  const containerStatuses = states.map((state, at) => ({ name: `c${at}`, state }));
  return {
    metadata,
    spec: { containers: [] },
    status: { phase, containerStatuses },
  } as unknown as Live<Pod>;
}
