/** `GET /metrics`: the agent about itself, under upstream's names. */
import type { Pod } from "#api/core/v1";
import type { ProcessUsage } from "#base";
import { type Family, formatFamilies, type Sample } from "../stats/prometheus-text.ts";

export interface AgentFacts {
  readonly nodeName: string;
  readonly version: string;
  readonly pods: readonly Pod[];
  readonly usage: ProcessUsage;
}

export function formatAgentMetrics({ nodeName, version, pods, usage }: AgentFacts): string {
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
    {
      name: "process_cpu_seconds_total",
      type: "counter",
      help: "Total user and system CPU time spent in seconds.",
      samples: [sample(usage.cpuMs / 1000)],
    },
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.", [
      sample(usage.residentBytes),
    ]),
    gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", [
      sample(usage.startedAtMs / 1000),
    ]),
  ]);
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

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: "gauge", help, samples };
}

function sample(value: number, labels: Sample["labels"] = {}): Sample {
  return { labels, value, atMs: undefined };
}
