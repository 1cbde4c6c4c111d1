import type { Endpoint, ServiceMonitor } from "#api/monitoring/v1";
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
} from "./relabeling.ts";
import { containerPortSteps, endpointLabel } from "./port-steps.ts";
import {
  endpointSection,
  kubernetesDiscovery,
  limitsSection,
  metricSteps,
  type ScrapeJob,
} from "./scrape-job.ts";

/** One job for each endpoint of the object: `serviceMonitor/NAMESPACE/NAME/INDEX`. */
export function serviceMonitorJobs(
  monitor: ServiceMonitor,
  entries: Entries,
): readonly ScrapeJob[] {
  return monitor.spec.endpoints.map((endpoint, index) =>
    within(`endpoints[${index}]`, () => jobOf(monitor, endpoint, { index, entries })),
  );
}

/** Where addresses are read: in Endpoints, as with the operator, unless the object says otherwise. */
function roleOf({ spec }: ServiceMonitor): "endpoints" | "endpointslice" {
  return spec.serviceDiscoveryRole === "EndpointSlice" ? "endpointslice" : "endpoints";
}

function jobOf(
  monitor: ServiceMonitor,
  endpoint: Endpoint,
  { index, entries }: { readonly index: number; readonly entries: Entries },
): ScrapeJob {
  const { spec, metadata: { name = "", namespace = "" } = {} } = monitor;
  const role = roleOf(monitor);
  const bySelectors = spec.selectorMechanism === "RoleSelector";
  return {
    job_name: `serviceMonitor/${namespace}/${name}/${index}`,
    ...endpointSection(endpoint),
    ...kubernetesDiscovery({
      role,
      namespace,
      namespaceSelector: spec.namespaceSelector,
      attachMetadata: spec.attachMetadata,
      ...(bySelectors ? { selected: { selector: spec.selector, roles: [role, "service"] } } : {}),
    }),
    ...clientSection(entries, endpoint),
    relabel_configs: [
      rememberJob,
      ...(bySelectors ? [] : selectByLabels("service", spec.selector)),
      ...portSteps(endpoint, role),
      ...placeSteps(role),
      ...(endpoint.filterRunning === false ? [] : [dropEndedPods]),
      ...carryLabels("service", spec.targetLabels ?? []),
      ...carryLabels("pod", spec.podTargetLabels ?? []),
      ...jobSteps(spec.jobLabel),
      ...endpointLabel(endpoint),
      ...ownSteps(endpoint.relabelings),
    ],
    ...limitsSection(spec),
    ...metricSteps(endpoint.metricRelabelings),
  };
}

function portSteps({ port = "", targetPort }: Endpoint, role: string): readonly RelabelStep[] {
  if (port !== "") {
    const prefix = role === "endpointslice" ? "endpointslice" : "endpoint";
    return [keepMatching(`__meta_kubernetes_${prefix}_port_name`, port)];
  }
  return containerPortSteps(targetPort);
}

/** Where the target is: node, pod, namespace, service, container. */
function placeSteps(role: string): readonly RelabelStep[] {
  const prefix = `__meta_kubernetes_${role === "endpointslice" ? "endpointslice" : "endpoint"}`;
  const behind = (kind: string, label: string): RelabelStep => ({
    source_labels: [`${prefix}_address_target_kind`, `${prefix}_address_target_name`],
    separator: ";",
    regex: `${kind};(.*)`,
    replacement: "${1}",
    target_label: label,
  });
  return [
    behind("Node", "node"),
    behind("Pod", "pod"),
    copyLabel("__meta_kubernetes_namespace", "namespace"),
    copyLabel("__meta_kubernetes_service_name", "service"),
    copyLabel("__meta_kubernetes_pod_name", "pod"),
    copyLabel("__meta_kubernetes_pod_container_name", "container"),
  ];
}

function jobSteps(jobLabel = ""): readonly RelabelStep[] {
  const byService = {
    ...copyLabel("__meta_kubernetes_service_name", "job"),
    replacement: "${1}",
  };
  if (jobLabel === "") return [byService];
  const source = `__meta_kubernetes_service_label_${sanitized(jobLabel)}`;
  return [byService, copyPresentLabel(source, "job")];
}
