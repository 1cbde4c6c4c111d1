import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  field,
  int32,
  limited,
  listOf,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { httpClientFields, proxyFields, safeTlsConfig } from "./http-client.ts";
import { kind, type } from "./package.ts";
import {
  attachMetadata,
  endpointFields,
  namespaceSelector,
  scrapeLimitFields,
  selectorMechanism,
} from "./scraping.ts";
import { configResourceStatus } from "./status.ts";

export const podMetricsEndpoint = type(
  "PodMetricsEndpoint",
  "A port of the selected pods, and how it is scraped.",
  {
    port: field(string, "Name of the port of the container."),
    portNumber: field(
      limited(int32, { minimum: 1, maximum: 65_535 }),
      "Number of the port of the container.",
    ),
    ...endpointFields,
    ...httpClientFields,
    tlsConfig: field(safeTlsConfig, "TLS towards the pod."),
    ...proxyFields,
  },
);
export interface PodMetricsEndpoint extends TypeOf<typeof podMetricsEndpoint> {}

export const podMonitorSpec = type("PodMonitorSpec", "Which pods are scraped, and how.", {
  jobLabel: field(string, "Label of the pod whose value is the job; else it is namespace/name."),
  podTargetLabels: field(listOf(string), "Labels of the pod that its targets carry."),
  podMetricsEndpoints: field(listOf(podMetricsEndpoint), "What is scraped of each pod."),
  selector: field(labelSelector, "Pods, by their labels.").required(),
  selectorMechanism: field(selectorMechanism, "Whether relabelling or the API server selects."),
  namespaceSelector: field(namespaceSelector, "Namespaces in which pods are looked for."),
  attachMetadata: field(attachMetadata, "What targets are told beside their own."),
  ...scrapeLimitFields,
});
export interface PodMonitorSpec extends TypeOf<typeof podMonitorSpec> {}

export const podMonitor = kind(
  "PodMonitor",
  "Scrapes pods, whether or not a Service is before them.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(podMonitorSpec, "Which pods are scraped, and how.").required(),
    status: field(configResourceStatus, "Who scrapes them."),
  },
  {
    name: "podmonitors",
    singular: "podmonitor",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["pmon"],
    categories: ["prometheus-operator"],
    subresources: { status: statusSubresource("PodMonitor") },
  },
);
export interface PodMonitor extends TypeOf<typeof podMonitor> {}
