import type { PodMetricsEndpoint, PodMonitor } from "#api/monitoring/v1";
import type { Entries } from "./entries.ts";
import { clientSection } from "./http-client.ts";
import { within } from "./refusal.ts";
import {
  carryLabels,
  copyLabel,
  copyPresentLabel,
  dropEndedPods,
  keepMatching,
  ownSteps,
  type RelabelStep,
  rememberJob,
  sanitized,
  selectByLabels,
  setLabel,
} from "./relabeling.ts";
import {
  endpointSection,
  kubernetesDiscovery,
  limitsSection,
  metricSteps,
  type ScrapeJob,
} from "./scrape-job.ts";
import { containerPortSteps, endpointLabel } from "./port-steps.ts";

/** One job for each endpoint of the object: `podMonitor/NAMESPACE/NAME/INDEX`. */
export function podMonitorJobs(monitor: PodMonitor, entries: Entries): readonly ScrapeJob[] {
  return (monitor.spec.podMetricsEndpoints ?? []).map((endpoint, index) =>
    within(`endpoint[${index}]`, () => jobOf(monitor, endpoint, { index, entries })),
  );
}

function jobOf(
  monitor: PodMonitor,
  endpoint: PodMetricsEndpoint,
  { index, entries }: { readonly index: number; readonly entries: Entries },
): ScrapeJob {
  const { spec, metadata: { name = "", namespace = "" } = {} } = monitor;
  const bySelectors = spec.selectorMechanism === "RoleSelector";
  return {
    job_name: `podMonitor/${namespace}/${name}/${index}`,
    ...endpointSection(endpoint),
    ...kubernetesDiscovery({
      role: "pod",
      namespace,
      namespaceSelector: spec.namespaceSelector,
      attachMetadata: spec.attachMetadata,
      ...(bySelectors ? { selected: { selector: spec.selector, roles: ["pod"] } } : {}),
    }),
    ...clientSection(entries, endpoint),
    relabel_configs: [
      rememberJob,
      ...(endpoint.filterRunning === false ? [] : [dropEndedPods]),
      ...(bySelectors ? [] : selectByLabels("pod", spec.selector)),
      ...portSteps(endpoint),
      copyLabel("__meta_kubernetes_namespace", "namespace"),
      copyLabel("__meta_kubernetes_pod_container_name", "container"),
      copyLabel("__meta_kubernetes_pod_name", "pod"),
      ...carryLabels("pod", spec.podTargetLabels ?? []),
      ...jobSteps(`${namespace}/${name}`, spec.jobLabel),
      ...endpointLabel(endpoint),
      ...ownSteps(endpoint.relabelings),
    ],
    ...limitsSection(spec),
    ...metricSteps(endpoint.metricRelabelings),
  };
}

function portSteps(endpoint: PodMetricsEndpoint): readonly RelabelStep[] {
  const { port = "", portNumber = 0, targetPort } = endpoint;
  if (port !== "") return [keepMatching("__meta_kubernetes_pod_container_port_name", port)];
  return containerPortSteps(portNumber === 0 ? targetPort : portNumber);
}

function jobSteps(own: string, jobLabel = ""): readonly RelabelStep[] {
  if (jobLabel === "") return [setLabel("job", own)];
  const source = `__meta_kubernetes_pod_label_${sanitized(jobLabel)}`;
  return [setLabel("job", own), copyPresentLabel(source, "job")];
}
