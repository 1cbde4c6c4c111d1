import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live, LiveMetadata } from "#api";
import { cronJobFamilies, jobFamilies } from "./batch.ts";
import { namespaceFamilies, nodeFamilies, resourceQuotaFamilies } from "./cluster.ts";
import type { KindFamilies, LabelValues } from "./family.ts";
import { renderObject } from "./kube-state.ts";
import { endpointSliceFamilies, serviceFamilies } from "./networking.ts";
import { podFamilies } from "./pods.ts";
import { autoscalerFamilies, disruptionBudgetFamilies } from "./scaling.ts";
import { persistentVolumeFamilies, volumeClaimFamilies } from "./storage.ts";
import { deploymentFamilies, replicaSetFamilies, statefulSetFamilies } from "./workloads.ts";

const metadata: LiveMetadata = {
  name: "web",
  namespace: "ns",
  uid: "u1",
  resourceVersion: "7",
  creationTimestamp: "2026-01-01T00:00:00Z",
  generation: 3,
};
const createdAt = "1.7672256e+09";
const later = "2026-01-01T00:00:01Z";

/** The lines about an object, without `kube_<kind>` and without the labels that name it. */
function show<T>(
  families: KindFamilies<T>,
  prefix: string,
  parts: Readonly<Record<string, unknown>> & { readonly metadata?: Partial<LiveMetadata> },
): readonly string[] {
  const named = { ...metadata, ...parts.metadata };
  // What a test leaves out is not read by the families under test.
  const object = { ...parts, metadata: named } as unknown as Live<T> & {
    readonly metadata: LiveMetadata;
  };
  const identity = textOf(families.identify(named));
  return renderObject(families, object)
    .join("")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      assert.ok(line.startsWith(prefix) && line.includes(identity), line);
      return line.slice(prefix.length).replace(identity, "").replace("{,", "{").replace("{}", "");
    });
}

test("a running pod tells what it is, what it asks for and how it does", () => {
  const lines = show(podFamilies, "kube_pod_", {
    metadata: {
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: "rs", uid: "u", controller: true },
      ],
    },
    spec: {
      nodeName: "n1",
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      serviceAccountName: "default",
      containers: [
        {
          name: "app",
          image: "web:1",
          resources: {
            requests: { cpu: "250m", memory: "1Gi" },
            limits: { "example.com/gpu": "2" },
          },
        },
      ],
      tolerations: [
        { key: "gone", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
      ],
      volumes: [
        { name: "data", persistentVolumeClaim: { claimName: "disk", readOnly: true } },
        { name: "tmp", ephemeral: {} },
      ],
    },
    status: {
      phase: "Running",
      qosClass: "Burstable",
      hostIP: "10.0.0.1",
      podIP: "10.1.0.1",
      podIPs: [{ ip: "10.1.0.1" }],
      startTime: later,
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: later }],
      containerStatuses: [
        {
          name: "app",
          image: "web:1",
          imageID: "sha256:1",
          containerID: "containerd://c1",
          ready: true,
          restartCount: 2,
          state: { running: { startedAt: later } },
          lastState: { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: later } },
        },
      ],
    },
  });
  const atSecond = "1.767225601e+09";
  assert.deepEqual(lines, [
    'container_info{container="app",image_spec="web:1",image="web:1",image_id="sha256:1",container_id="containerd://c1"} 1',
    'container_resource_limits{container="app",node="n1",resource="example_com_gpu",unit="integer"} 2',
    'container_resource_requests{container="app",node="n1",resource="cpu",unit="core"} 0.25',
    'container_resource_requests{container="app",node="n1",resource="memory",unit="byte"} 1.073741824e+09',
    `container_state_started{container="app"} ${atSecond}`,
    'container_status_ready{container="app"} 1',
    'container_status_restarts_total{container="app"} 2',
    'container_status_running{container="app"} 1',
    'container_status_terminated{container="app"} 0',
    'container_status_waiting{container="app"} 0',
    'container_status_last_terminated_reason{container="app",reason="OOMKilled"} 1',
    'container_status_last_terminated_exitcode{container="app"} 137',
    `container_status_last_terminated_timestamp{container="app"} ${atSecond}`,
    'info{host_ip="10.0.0.1",pod_ip="10.1.0.1",node="n1",created_by_kind="ReplicaSet",created_by_name="rs",priority_class="",host_network="false"} 1',
    'owner{owner_kind="ReplicaSet",owner_name="rs",owner_is_controller="true"} 1',
    'restart_policy{type="Always"} 1',
    'scheduler{name="default-scheduler"} 1',
    'service_account{service_account="default"} 1',
    'spec_volumes_persistentvolumeclaims_info{volume="data",persistentvolumeclaim="disk",ephemeral="false"} 1',
    'spec_volumes_persistentvolumeclaims_info{volume="tmp",persistentvolumeclaim="web-tmp",ephemeral="true"} 1',
    'spec_volumes_persistentvolumeclaims_readonly{volume="data",persistentvolumeclaim="disk",ephemeral="false"} 1',
    'spec_volumes_persistentvolumeclaims_readonly{volume="tmp",persistentvolumeclaim="web-tmp",ephemeral="true"} 0',
    'tolerations{key="gone",operator="Exists",value="",effect="NoExecute",toleration_seconds="300"} 1',
    `created ${createdAt}`,
    `start_time ${atSecond}`,
    `status_ready_time ${atSecond}`,
    'status_phase{phase="Pending"} 0',
    'status_phase{phase="Succeeded"} 0',
    'status_phase{phase="Failed"} 0',
    'status_phase{phase="Unknown"} 0',
    'status_phase{phase="Running"} 1',
    'status_qos_class{qos_class="BestEffort"} 0',
    'status_qos_class{qos_class="Burstable"} 1',
    'status_qos_class{qos_class="Guaranteed"} 0',
    'status_ready{condition="true"} 1',
    'status_ready{condition="false"} 0',
    'status_ready{condition="unknown"} 0',
    'ips{ip="10.1.0.1",ip_family="4"} 1',
  ]);
});

test("a pod that nobody could place, and one that was put out, say why", () => {
  const spec = { containers: [] };
  const pending = show(podFamilies, "kube_pod_", {
    spec,
    status: {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }],
      initContainerStatuses: [
        {
          name: "init",
          image: "i",
          imageID: "",
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: "CrashLoopBackOff" } },
        },
      ],
    },
  });
  const evicted = show(podFamilies, "kube_pod_", {
    spec,
    status: {
      phase: "Failed",
      reason: "Evicted",
      conditions: [{ type: "DisruptionTarget", status: "True", reason: "Mine" }],
    },
  });
  const told = [...pending, ...evicted].filter((line) =>
    /reason|unschedulable|scheduled\{/.test(line),
  );
  assert.deepEqual(told, [
    'init_container_status_waiting_reason{container="init",reason="CrashLoopBackOff"} 1',
    'status_scheduled{condition="true"} 0',
    'status_scheduled{condition="false"} 1',
    'status_scheduled{condition="unknown"} 0',
    "status_unschedulable 1",
    'status_reason{reason="Evicted"} 1',
    'status_disruption_reason{reason="Other"} 1',
  ]);
});

test("workloads count their pods", () => {
  assert.deepEqual(
    show(deploymentFamilies, "kube_deployment_", {
      spec: {
        replicas: 4,
        selector: {},
        template: {},
        strategy: { rollingUpdate: { maxSurge: "30%", maxUnavailable: "30%" } },
      },
      status: {
        replicas: 4,
        readyReplicas: 3,
        observedGeneration: 3,
        conditions: [{ type: "Progressing", status: "True", reason: "Own" }],
      },
    }),
    [
      'owner{owner_kind="",owner_name=""} 1',
      `created ${createdAt}`,
      "metadata_generation 3",
      "status_replicas 4",
      "status_replicas_ready 3",
      "status_replicas_available 0",
      "status_replicas_unavailable 0",
      "status_replicas_updated 0",
      "status_observed_generation 3",
      'status_condition{reason="unknown",condition="Progressing",status="true"} 1',
      'status_condition{reason="unknown",condition="Progressing",status="false"} 0',
      'status_condition{reason="unknown",condition="Progressing",status="unknown"} 0',
      "spec_replicas 4",
      "spec_paused 0",
      "spec_strategy_rollingupdate_max_unavailable 1",
      "spec_strategy_rollingupdate_max_surge 2",
    ],
  );
});

test("revisions of a StatefulSet are labels", () => {
  const lines = show(statefulSetFamilies, "kube_statefulset_", {
    spec: { replicas: 2, selector: {}, template: {}, serviceName: "" },
    status: { replicas: 2, currentRevision: "a", updateRevision: "b" },
  });
  assert.deepEqual(
    lines.filter((line) => /revision|^replicas/.test(line)),
    [
      'status_current_revision{revision="a"} 1',
      'status_update_revision{revision="b"} 1',
      "replicas 2",
    ],
  );
});

test("a job tells how it went, and why it failed", () => {
  const spec = { template: {}, completions: 3 };
  const failed = show(jobFamilies, "kube_job_", {
    spec,
    status: {
      failed: 2,
      conditions: [{ type: "Failed", status: "True", reason: "DeadlineExceeded" }],
    },
  });
  const unclear = show(jobFamilies, "kube_job_", { spec, status: { failed: 2 } });
  assert.deepEqual(
    [...failed, ...unclear].filter((line) => /^(status_)?failed|completions/.test(line)),
    [
      "spec_completions 3",
      'status_failed{reason="BackoffLimitExceeded"} 0',
      'status_failed{reason="DeadlineExceeded"} 1',
      'status_failed{reason="Evicted"} 0',
      'failed{condition="true"} 1',
      'failed{condition="false"} 0',
      'failed{condition="unknown"} 0',
      "spec_completions 3",
      'status_failed{reason=""} 2',
    ],
  );
});

test("a cron job tells its schedule", () => {
  const lines = show(cronJobFamilies, "kube_cronjob_", {
    spec: { schedule: "0 * * * *", jobTemplate: {}, suspend: true, concurrencyPolicy: "Allow" },
    status: { lastScheduleTime: later },
  });
  assert.deepEqual(lines, [
    'info{schedule="0 * * * *",concurrency_policy="Allow",timezone="local"} 1',
    `created ${createdAt}`,
    "metadata_resource_version 7",
    "status_active 0",
    "status_last_schedule_time 1.767225601e+09",
    "spec_suspend 1",
  ]);
});

test("a node tells what it has and what keeps pods away", () => {
  const lines = show(nodeFamilies, "kube_node_", {
    metadata: { labels: { "node-role.kubernetes.io/control-plane": "" } },
    spec: { taints: [{ key: "k", effect: "NoSchedule" }], unschedulable: true },
    status: {
      capacity: { cpu: "4", memory: "8Gi", pods: "110", "example.com/x": "1", other: "1" },
      conditions: [{ type: "Ready", status: "Unknown" }],
      addresses: [{ type: "InternalIP", address: "10.0.0.9" }],
    },
  });
  assert.deepEqual(
    lines.filter((line) => !line.startsWith("info")),
    [
      `created ${createdAt}`,
      'role{role="control-plane"} 1',
      'spec_taint{key="k",value="",effect="NoSchedule"} 1',
      "spec_unschedulable 1",
      'status_capacity{resource="cpu",unit="core"} 4',
      'status_capacity{resource="memory",unit="byte"} 8.589934592e+09',
      'status_capacity{resource="pods",unit="integer"} 110',
      'status_capacity{resource="example_com_x",unit="integer"} 1',
      'status_condition{condition="Ready",status="true"} 0',
      'status_condition{condition="Ready",status="false"} 0',
      'status_condition{condition="Ready",status="unknown"} 1',
      'status_addresses{type="InternalIP",address="10.0.0.9"} 1',
    ],
  );
});

test("limits, volumes and autoscalers tell their amounts", () => {
  const lines = [
    ...show(resourceQuotaFamilies, "kube_resourcequota", {
      spec: {},
      status: { hard: { "requests.cpu": "1500m" }, used: { "requests.cpu": "1" } },
    }),
    ...show(persistentVolumeFamilies, "kube_persistentvolume_", {
      spec: { capacity: { storage: "1Gi" } },
      status: { phase: "Bound" },
    }),
    ...show(volumeClaimFamilies, "kube_persistentvolumeclaim_", {
      spec: { resources: { requests: { storage: "2Gi" } }, storageClassName: "fast" },
      status: {},
    }),
    ...show(autoscalerFamilies, "kube_horizontalpodautoscaler_", {
      spec: {
        scaleTargetRef: { kind: "Deployment", name: "web" },
        maxReplicas: 9,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "", averageUtilization: 80 } },
          },
        ],
      },
      status: { desiredReplicas: 4 },
    }),
    ...show(disruptionBudgetFamilies, "kube_poddisruptionbudget_", {
      spec: {},
      status: { currentHealthy: 1, desiredHealthy: 2, disruptionsAllowed: 0, expectedPods: 3 },
    }),
  ];
  assert.deepEqual(
    lines.filter((line) => !/created|nfs_server|generation|phase|^volume_mode/.test(line)),
    [
      '{resource="requests.cpu",type="hard"} 1.5',
      '{resource="requests.cpu",type="used"} 1',
      "capacity_bytes 1.073741824e+09",
      'info{storageclass="fast",volumename="",volumemode=""} 1',
      "resource_requests_storage_bytes 2.147483648e+09",
      'info{scaletargetref_kind="Deployment",scaletargetref_name="web"} 1',
      "spec_max_replicas 9",
      "spec_min_replicas 1",
      'spec_target_metric{metric_name="cpu",metric_target_type="utilization",container=""} 80',
      "status_current_replicas 0",
      "status_desired_replicas 4",
      "status_current_healthy 1",
      "status_desired_healthy 2",
      "status_pod_disruptions_allowed 0",
      "status_expected_pods 3",
    ],
  );
});

test("names of workloads are labels of their own", () => {
  const wanted = [
    [deploymentFamilies, 'namespace="ns",deployment="web"'],
    [replicaSetFamilies, 'namespace="ns",replicaset="web"'],
    [jobFamilies, 'namespace="ns",job_name="web"'],
    [nodeFamilies, 'node="web"'],
    [namespaceFamilies, 'namespace="web"'],
    [serviceFamilies, 'namespace="ns",service="web",uid="u1"'],
    [endpointSliceFamilies, 'endpointslice="web",namespace="ns"'],
  ] as const;
  for (const [{ identify }, text] of wanted) {
    assert.equal(textOf(identify(metadata)), text);
  }
});

function textOf(labels: LabelValues): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",");
}
