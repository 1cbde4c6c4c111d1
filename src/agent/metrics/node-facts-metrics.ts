/** What the agent knows of its node at any moment, under upstream's names. */
import type { Pod } from "#api/core/v1";
import type { Meters, MetricSpec, SampledValue } from "#base";

export interface AgentFacts {
  readonly nodeName: string;
  readonly pods: readonly Pod[];
  /** By which the agent is known to the API server, and shows itself to those who ask it. */
  readonly certificates: { readonly client: CertificateFacts; readonly server: CertificateFacts };
}

export interface CertificateFacts {
  /** Until it runs out; negative afterwards. */
  readonly secondsLeft: number;
  /** Renewals that failed. */
  readonly failureCount: number;
}

type Row = readonly [
  type: "counter" | "gauge",
  spec: MetricSpec,
  read: (facts: AgentFacts) => readonly SampledValue[],
];

const rows: readonly Row[] = [
  [
    "gauge",
    {
      name: "kubelet_node_name",
      help: "The node's name. The count is always 1.",
      labelNames: ["node"],
    },
    ({ nodeName }) => [{ labelValues: [nodeName], value: 1 }],
  ],
  [
    "gauge",
    { name: "kubelet_running_pods", help: "Number of pods that have a running pod sandbox" },
    ({ pods }) => one(pods.filter(isRunning).length),
  ],
  [
    "gauge",
    {
      name: "kubelet_running_containers",
      help: "Number of containers currently running",
      labelNames: ["container_state"],
    },
    ({ pods }) => countContainers(pods),
  ],
  [
    "gauge",
    {
      name: "kubelet_desired_pods",
      help: "The number of pods the kubelet is being instructed to run. static is true if the pod is not from the apiserver.",
      labelNames: ["static"],
    },
    ({ pods }) => [{ labelValues: [""], value: pods.length }],
  ],
  [
    "gauge",
    {
      name: "kubelet_active_pods",
      help: "The number of pods the kubelet considers active and which are being considered when admitting new pods. static is true if the pod is not from the apiserver.",
      labelNames: ["static"],
    },
    ({ pods }) => [{ labelValues: [""], value: pods.filter((pod) => !hasEnded(pod)).length }],
  ],
  [
    "gauge",
    {
      name: "kubelet_certificate_manager_client_ttl_seconds",
      help: "Gauge of the TTL (time-to-live) of the Kubelet's client certificate. The value is in seconds until certificate expiry (negative if already expired).",
    },
    ({ certificates }) => one(certificates.client.secondsLeft),
  ],
  [
    "gauge",
    {
      name: "kubelet_certificate_manager_server_ttl_seconds",
      help: "Gauge of the shortest TTL (time-to-live) of the Kubelet's serving certificate. The value is in seconds until certificate expiry (negative if already expired).",
    },
    ({ certificates }) => one(certificates.server.secondsLeft),
  ],
  [
    "counter",
    {
      name: "kubelet_certificate_manager_client_expiration_renew_errors",
      help: "Counter of certificate renewal errors.",
    },
    ({ certificates }) => one(certificates.client.failureCount),
  ],
  [
    "counter",
    {
      name: "kubelet_server_expiration_renew_errors",
      help: "Counter of certificate renewal errors.",
    },
    ({ certificates }) => one(certificates.server.failureCount),
  ],
];

/** `read` is called whenever somebody looks. */
export function registerAgentFacts(meters: Meters, read: () => AgentFacts): void {
  for (const [type, spec, sample] of rows) meters.sampled(spec, type, () => sample(read()));
}

function one(value: number): readonly SampledValue[] {
  return [{ labelValues: [], value }];
}

function isRunning({ status }: Pod): boolean {
  return status?.phase === "Running";
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function countContainers(pods: readonly Pod[]): readonly SampledValue[] {
  const counts = new Map<string, number>();
  const statuses = pods.flatMap(({ status }) => [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ]);
  for (const { state } of statuses) {
    const name = state?.running ? "running" : state?.terminated ? "exited" : "created";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, value]) => ({ labelValues: [name], value }));
}
