import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  field,
  keyedListOf,
  limited,
  listOf,
  mapOf,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { httpClientFields, proxyFields, safeTlsConfig } from "./http-client.ts";
import { kind, type } from "./package.ts";
import { namespaceSelector, relabelConfig, scrapeLimitFields } from "./scraping.ts";
import { configResourceStatus } from "./status.ts";
import { duration, nonEmpty, scheme } from "./text.ts";

export const proberSpec = type("ProberSpec", "The exporter that does the probing.", {
  url: field(nonEmpty, "Host and port of the prober.").required(),
  scheme: field(scheme, "HTTP or HTTPS."),
  path: field(string, "Path at which it probes.").default("/probe"),
  ...proxyFields,
});

export const probeParam = type("ProbeParam", "A parameter that the prober is given.", {
  name: field(nonEmpty, "Name of the parameter.").required(),
  values: field(limited(listOf(nonEmpty), { minItems: 1 }), "Its values."),
});

export const probeTargetStaticConfig = type("ProbeTargetStaticConfig", "Hosts that are listed.", {
  static: field(listOf(string), "The hosts, or URLs, to probe."),
  labels: field(mapOf(string), "Labels of all that is learnt of them."),
  relabelingConfigs: field(listOf(relabelConfig), "Rewrites the labels of targets."),
});

export const probeTargetIngress = type("ProbeTargetIngress", "Hosts and paths of Ingresses.", {
  selector: field(labelSelector, "Ingresses, by their labels."),
  namespaceSelector: field(namespaceSelector, "Namespaces in which Ingresses are looked for."),
  relabelingConfigs: field(listOf(relabelConfig), "Rewrites the labels of targets."),
});

export const probeTargets = type("ProbeTargets", "What is probed; a list comes before Ingresses.", {
  staticConfig: field(probeTargetStaticConfig, "Hosts that are listed."),
  ingress: field(probeTargetIngress, "Hosts and paths of Ingresses."),
});

export const probeSpec = type("ProbeSpec", "What is probed, and by whom.", {
  jobName: field(string, "The job of what is learnt."),
  prober: field(proberSpec, "The exporter that does the probing."),
  module: field(string, "Module of the prober that is used."),
  targets: field(probeTargets, "What is probed."),
  interval: field(duration, "Time between probes."),
  scrapeTimeout: field(duration, "Longest time that a probe may take."),
  metricRelabelings: field(listOf(relabelConfig), "Rewrites the labels of samples."),
  params: field(
    limited(keyedListOf(probeParam, "name"), { minItems: 1 }),
    "Parameters that the prober is given.",
  ),
  ...httpClientFields,
  tlsConfig: field(safeTlsConfig, "TLS towards the prober."),
  ...scrapeLimitFields,
});
export interface ProbeSpec extends TypeOf<typeof probeSpec> {}

export const probe = kind(
  "Probe",
  "Probes hosts or Ingresses through an exporter such as the blackbox exporter.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(probeSpec, "What is probed, and by whom.").required(),
    status: field(configResourceStatus, "Who probes."),
  },
  {
    name: "probes",
    singular: "probe",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["prb"],
    categories: ["prometheus-operator"],
    subresources: { status: statusSubresource("Probe") },
  },
);
export interface Probe extends TypeOf<typeof probe> {}
