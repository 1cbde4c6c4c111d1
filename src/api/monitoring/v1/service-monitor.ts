import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  field,
  listOf,
  oneOf,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { httpClientFields, proxyFields, tlsConfig } from "./http-client.ts";
import { kind, type } from "./package.ts";
import {
  attachMetadata,
  endpointFields,
  namespaceSelector,
  scrapeLimitFields,
  selectorMechanism,
} from "./scraping.ts";
import { configResourceStatus } from "./status.ts";

export const endpoint = type(
  "Endpoint",
  "A port of the selected services, and how it is scraped.",
  {
    port: field(string, "Name of the port of the Service."),
    ...endpointFields,
    bearerTokenFile: field(string, "File with a bearer token; `authorization` is preferred."),
    ...httpClientFields,
    tlsConfig: field(tlsConfig, "TLS towards the endpoint."),
    ...proxyFields,
  },
);
export interface Endpoint extends TypeOf<typeof endpoint> {}

export const serviceMonitorSpec = type(
  "ServiceMonitorSpec",
  "Which services are scraped, and how.",
  {
    jobLabel: field(string, "Label of the Service whose value is the job; else it is its name."),
    targetLabels: field(listOf(string), "Labels of the Service that its targets carry."),
    podTargetLabels: field(listOf(string), "Labels of the pod that its targets carry."),
    endpoints: field(listOf(endpoint), "What is scraped of each Service.").required(),
    selector: field(labelSelector, "Services, by their labels.").required(),
    selectorMechanism: field(selectorMechanism, "Whether relabelling or the API server selects."),
    namespaceSelector: field(namespaceSelector, "Namespaces in which services are looked for."),
    attachMetadata: field(attachMetadata, "What targets are told beside their own."),
    serviceDiscoveryRole: field(
      oneOf("Endpoints", "EndpointSlice"),
      "Kind of object from which the addresses are read.",
    ),
    ...scrapeLimitFields,
  },
);
export interface ServiceMonitorSpec extends TypeOf<typeof serviceMonitorSpec> {}

export const serviceMonitor = kind(
  "ServiceMonitor",
  "Scrapes the pods behind Services.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(serviceMonitorSpec, "Which services are scraped, and how.").required(),
    status: field(configResourceStatus, "Who scrapes them."),
  },
  {
    name: "servicemonitors",
    singular: "servicemonitor",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["smon"],
    categories: ["prometheus-operator"],
    subresources: { status: statusSubresource("ServiceMonitor") },
  },
);
export interface ServiceMonitor extends TypeOf<typeof serviceMonitor> {}
