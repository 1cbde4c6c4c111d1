/** `GET /metrics`: the agent about itself, under upstream's names. */
import type { Pod } from "#api/core/v1";
import type { ProcessUsage } from "#base";
import { type Family, formatFamilies, type Sample } from "../stats/prometheus-text.ts";

export interface AgentFacts {
  readonly nodeName: string;
  readonly version: string;
  readonly pods: readonly Pod[];
  readonly usage: ProcessUsage;
  /** By which the agent is known to the API server, and shows itself to those who ask it. */
  readonly certificates: { readonly client: CertificateFacts; readonly server: CertificateFacts };
}

export interface CertificateFacts {
  /** Until it runs out; negative afterwards. */
  readonly secondsLeft: number;
  /** Renewals that failed. */
  readonly failureCount: number;
}

export function formatAgentMetrics(facts: AgentFacts): string {
  const { nodeName, version, pods, usage, certificates } = facts;
  return formatFamilies([
    gauge("kubelet_node_name", "The node's name. The count is always 1.", [
      sample(1, { node: nodeName }),
    ]),
    gauge("kubernetes_build_info", "The Kubernetes version that the agent speaks.", [
      sample(1, { git_version: version }),
    ]),
    gauge("kubelet_running_pods", "Number of pods that have a running pod sandbox", [
      sample(pods.filter(({ status }) => status?.phase === "Running").length),
    ]),
    gauge("kubelet_running_containers", "Number of containers currently running", [
      ...countContainers(pods),
    ]),
    ...certificateFamilies(certificates),
    counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", [
      sample(usage.cpuMs / 1000),
    ]),
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.", [
      sample(usage.residentBytes),
    ]),
    gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", [
      sample(usage.startedAtMs / 1000),
    ]),
  ]);
}

function certificateFamilies({ client, server }: AgentFacts["certificates"]): readonly Family[] {
  return [
    gauge(
      "kubelet_certificate_manager_client_ttl_seconds",
      "Seconds until the certificate runs out by which the agent is known to the API server.",
      [sample(client.secondsLeft)],
    ),
    gauge(
      "kubelet_certificate_manager_server_ttl_seconds",
      "Seconds until the certificate runs out that the agent shows on its port.",
      [sample(server.secondsLeft)],
    ),
    counter(
      "kubelet_certificate_manager_client_expiration_renew_errors",
      "Renewals of the client certificate that failed.",
      [sample(client.failureCount)],
    ),
    counter(
      "kubelet_server_expiration_renew_errors",
      "Renewals of the serving certificate that failed.",
      [sample(server.failureCount)],
    ),
  ];
}

function countContainers(pods: readonly Pod[]): readonly Sample[] {
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
  return [...counts].map(([name, count]) => sample(count, { container_state: name }));
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: "counter", help, samples };
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: "gauge", help, samples };
}

function sample(value: number, labels: Sample["labels"] = {}): Sample {
  return { labels, value, atMs: undefined };
}
