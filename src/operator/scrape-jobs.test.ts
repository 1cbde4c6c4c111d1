/**
 * What objects become, compared with facts of what the Prometheus Operator generates: job names, the
 * order of relabelling, the options that go along.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatGoValue,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  parseYaml,
  textAt,
} from "#api";
import type { PodMonitor, Probe, ServiceMonitor } from "#api/monitoring/v1";
import type { ScrapeConfig } from "#api/monitoring/v1alpha1";
import type { Entries } from "./entries.ts";
import { podMonitorJobs } from "./pod-monitor.ts";
import { probeJob } from "./probe.ts";
import { InvalidObjectError } from "./refusal.ts";
import { scrapeConfigJob } from "./scrape-config.ts";
import { serviceMonitorJobs } from "./service-monitor.ts";

const entries: Entries = {
  identity: { caFile: "ca", certFile: "cert", keyFile: "key" },
  findSecret: (name) => (name === "s" ? new Map([["k", "secret\n"]]) : undefined),
  findConfigMap: (name) => (name === "c" ? new Map([["k", "public"]]) : undefined),
};

/** The jobs of an object, of which `spec` is YAML. */
const translate: Readonly<Record<string, (spec: JsonValue) => readonly JsonObject[]>> = {
  ServiceMonitor: (spec) => serviceMonitorJobs(objectOf<ServiceMonitor>(spec), entries),
  PodMonitor: (spec) => podMonitorJobs(objectOf<PodMonitor>(spec), entries),
  Probe: (spec) => [probeJob(objectOf<Probe>(spec), entries)],
  ScrapeConfig: (spec) => [scrapeConfigJob(objectOf<ScrapeConfig>(spec), entries)],
};

function objectOf<T>(spec: JsonValue): T {
  return { metadata: { name: "n", namespace: "ns" }, spec } as T;
}

function jobsOf(kind: string, text: string): readonly JsonObject[] {
  const value = parseYaml(text)[0]?.value ?? null;
  return translate[kind]?.(value) ?? [];
}

const placeOfEndpoint = [
  "endpoint_address_target_kind+endpoint_address_target_name /Node;(.*)/ -> node=${1}",
  "endpoint_address_target_kind+endpoint_address_target_name /Pod;(.*)/ -> pod=${1}",
  "namespace -> namespace",
  "service_name -> service",
  "pod_name -> pod",
  "pod_container_name -> container",
];
const remember = "job -> __tmp_prometheus_job_name";
const running = "drop pod_phase /(Failed|Succeeded)/";
const jobOfService = "service_name -> job=${1}";

for (const [why, kind, spec, want] of [
  [
    "a service's port",
    "ServiceMonitor",
    "{selector: {matchLabels: {b: '2', app.io/a: x}}, endpoints: [{port: web}]}",
    [
      remember,
      "keep service_label_app_io_a+service_labelpresent_app_io_a /(x);true/",
      "keep service_label_b+service_labelpresent_b /(2);true/",
      "keep endpoint_port_name /web/",
      ...placeOfEndpoint,
      running,
      jobOfService,
      "endpoint=web",
    ],
  ],
  [
    "expressions, labels to carry, own steps last",
    "ServiceMonitor",
    `{selector: {matchExpressions: [{key: k, operator: In, values: [a, b]}, {key: k, operator: NotIn, values: [c]},
      {key: e, operator: Exists}, {key: d, operator: DoesNotExist}]}, jobLabel: app, targetLabels: [tier],
      podTargetLabels: [x/y], endpoints: [{targetPort: 8080, filterRunning: false,
      relabelings: [{sourceLabels: [a], targetLabel: b, action: Replace}]}]}`,
    [
      remember,
      "keep service_label_k+service_labelpresent_k /(a|b);true/",
      "drop service_label_k+service_labelpresent_k /(c);true/",
      "keep service_labelpresent_e /true/",
      "drop service_labelpresent_d /true/",
      "keep pod_container_port_number /8080/",
      ...placeOfEndpoint,
      "service_label_tier /(.+)/ -> tier=${1}",
      "pod_label_x_y /(.+)/ -> x_y=${1}",
      jobOfService,
      "service_label_app /(.+)/ -> job=${1}",
      "endpoint=8080",
      "replace a -> b",
    ],
  ],
  [
    "slices have other names",
    "ServiceMonitor",
    "{selector: {}, serviceDiscoveryRole: EndpointSlice, endpoints: [{port: web}]}",
    [
      remember,
      "keep endpointslice_port_name /web/",
      ...placeOfEndpoint.map((step) => step.replaceAll("endpoint_", "endpointslice_")),
      running,
      jobOfService,
      "endpoint=web",
    ],
  ],
  [
    "the API server selects",
    "ServiceMonitor",
    "{selector: {matchLabels: {a: b}}, selectorMechanism: RoleSelector, endpoints: [{}]}",
    [remember, ...placeOfEndpoint, running, jobOfService],
  ],
  [
    "pods: what has ended goes first",
    "PodMonitor",
    "{selector: {matchLabels: {a: b}}, podMetricsEndpoints: [{port: web}], podTargetLabels: [t], jobLabel: j}",
    [
      remember,
      running,
      "keep pod_label_a+pod_labelpresent_a /(b);true/",
      "keep pod_container_port_name /web/",
      "namespace -> namespace",
      "pod_container_name -> container",
      "pod_name -> pod",
      "pod_label_t /(.+)/ -> t=${1}",
      "job=ns/n",
      "pod_label_j /(.+)/ -> job=${1}",
      "endpoint=web",
    ],
  ],
  [
    "a probe of listed hosts",
    "Probe",
    "{jobName: j, prober: {url: 'black:9115'}, targets: {staticConfig: {static: [a.example]}}}",
    [
      remember,
      "job=j",
      "__address__ -> __param_target",
      "__param_target -> instance",
      "__address__=black:9115",
    ],
  ],
  [
    "a probe of Ingresses",
    "Probe",
    "{prober: {url: 'black:9115'}, targets: {ingress: {selector: {matchLabels: {a: b}}}}}",
    [
      remember,
      "keep ingress_label_a+ingress_labelpresent_a /(b);true/",
      "replace ingress_scheme+__address__+ingress_path /(.+);(.+);(.+)/ -> __param_target=${1}://${2}${3}",
      "namespace -> namespace",
      "ingress_name -> ingress",
      "__address__ -> __tmp_ingress_address",
      "__param_target -> instance",
      "__address__=black:9115",
    ],
  ],
  [
    "anything else",
    "ScrapeConfig",
    "{jobName: j, staticConfigs: [{targets: ['a:1']}], relabelings: [{targetLabel: x, replacement: ''}]}",
    [remember, "replace job=j", "x="],
  ],
] as const) {
  test(`relabelling of a ${kind}: ${why}`, () => {
    const [job] = jobsOf(kind, spec);
    assert.deepEqual(listAt(job, "relabel_configs").map(showStep), want);
  });
}

/** `keep a+b /regex/ -> label=replacement`, meta labels without what all of them begin with. */
function showStep(step: JsonValue): string {
  const text = (name: string) => textAt(step, name);
  const has = (name: string) => isJsonObject(step) && step[name] !== undefined;
  const sources = listAt(step, "source_labels").map((label) => formatGoValue(label));
  const from = sources.join("+").replaceAll("__meta_kubernetes_", "");
  const target = `${text("target_label")}${has("replacement") ? `=${text("replacement")}` : ""}`;
  const words = [
    text("action"),
    from,
    has("regex") ? `/${text("regex")}/` : "",
    has("target_label") ? (from === "" ? target : `-> ${target}`) : "",
  ];
  return words.filter((word) => word !== "").join(" ");
}

for (const [kind, spec, want] of [
  [
    "ServiceMonitor",
    "{selector: {}, endpoints: [{}, {path: /m, scheme: HTTPS, interval: 5s, honorLabels: true}], sampleLimit: 9}",
    `{"job_name":"serviceMonitor/ns/n/1","honor_labels":true,"scrape_interval":"5s","metrics_path":"/m","scheme":"https","kubernetes_sd_configs":[{"role":"endpoints","namespaces":{"names":["ns"]}}],"sample_limit":9}`,
  ],
  [
    "ServiceMonitor",
    "{selector: {matchLabels: {a: b}}, selectorMechanism: RoleSelector, namespaceSelector: {any: true}, attachMetadata: {node: true}, endpoints: [{}]}",
    `{"job_name":"serviceMonitor/ns/n/0","honor_labels":false,"kubernetes_sd_configs":[{"role":"endpoints","attach_metadata":{"node":true},"selectors":[{"role":"endpoints","label":"a=b"},{"role":"service","label":"a=b"}]}]}`,
  ],
  [
    "ServiceMonitor",
    "{selector: {}, endpoints: [{bearerTokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token, tlsConfig: {caFile: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt, serverName: a}}]}",
    `{"job_name":"serviceMonitor/ns/n/0","honor_labels":false,"kubernetes_sd_configs":[{"role":"endpoints","namespaces":{"names":["ns"]}}],"tls_config":{"server_name":"a","ca_file":"ca","cert_file":"cert","key_file":"key"}}`,
  ],
  [
    "PodMonitor",
    "{selector: {}, namespaceSelector: {matchNames: [x, z]}, podMetricsEndpoints: [{basicAuth: {username: {name: s, key: k}}, tlsConfig: {ca: {configMap: {name: c, key: k}}}}]}",
    `{"job_name":"podMonitor/ns/n/0","honor_labels":false,"kubernetes_sd_configs":[{"role":"pod","namespaces":{"names":["x","z"]}}],"tls_config":{"ca":"public"},"basic_auth":{"username":"secret\\n"}}`,
  ],
  [
    "PodMonitor",
    "{selector: {}, podMetricsEndpoints: [{authorization: {credentials: {name: s, key: k}}, proxyUrl: 'http://p'}], nativeHistogramMinBucketFactor: 1100m}",
    `{"job_name":"podMonitor/ns/n/0","honor_labels":false,"kubernetes_sd_configs":[{"role":"pod","namespaces":{"names":["ns"]}}],"proxy_url":"http://p","authorization":{"type":"Bearer","credentials":"secret"},"native_histogram_min_bucket_factor":1.1}`,
  ],
  [
    "Probe",
    "{prober: {url: b, path: /probe}, module: http_2xx, params: [{name: module, values: [x]}, {name: q, values: [z]}], targets: {staticConfig: {static: [a], labels: {namespace: mine}}}}",
    `{"job_name":"probe/ns/n","honor_labels":false,"honor_timestamps":true,"metrics_path":"/probe","params":{"module":["http_2xx"],"q":["z"]},"static_configs":[{"targets":["a"],"labels":{"namespace":"mine"}}]}`,
  ],
  [
    "ScrapeConfig",
    "{fileSDConfigs: [{files: [a.json]}], dnsSDConfigs: [{names: [x], type: A, port: 1}], enableHTTP2: false, nameEscapingScheme: AllowUTF8}",
    `{"job_name":"scrapeConfig/ns/n","honor_labels":false,"metric_name_escaping_scheme":"allow-utf-8","enable_http2":false,"file_sd_configs":[{"files":["targets.d/a.json"]}],"dns_sd_configs":[{"names":["x"],"type":"A","port":1}]}`,
  ],
  [
    "ScrapeConfig",
    "{kubernetesSDConfigs: [{role: Pod, namespaces: {names: [x]}, attachMetadata: {node: true}}], httpSDConfigs: [{url: 'http://h', bearerTokenSecret: {}}]}",
    `{"job_name":"scrapeConfig/ns/n","honor_labels":false,"http_sd_configs":[{"url":"http://h"}],"kubernetes_sd_configs":[{"role":"pod","namespaces":{"names":["x"]},"attach_metadata":{"node":true}}]}`,
  ],
] as const) {
  test(`options of a ${kind}: ${spec}`, () => {
    const { relabel_configs: _, ...job } = jobsOf(kind, spec).at(-1) ?? {};
    assert.equal(JSON.stringify(job), want);
  });
}

for (const [kind, spec, want] of [
  [
    "ServiceMonitor",
    "{selector: {}, endpoints: [{}, {bearerTokenFile: /etc/shadow}]}",
    "endpoints[1]: it accesses file system via bearer token file which Prometheus specification prohibits",
  ],
  [
    "ServiceMonitor",
    "{selector: {}, endpoints: [{tlsConfig: {caFile: /x}}]}",
    "endpoints[0]: it accesses file system via tls config which Prometheus specification prohibits",
  ],
  [
    "ServiceMonitor",
    "{selector: {}, endpoints: [{basicAuth: {username: {name: gone, key: k}}}]}",
    'endpoints[0]: basicAuth: unable to get secret "gone": secrets "gone" not found',
  ],
  [
    "ServiceMonitor",
    "{selector: {}, endpoints: [{authorization: {credentials: {name: s, key: z}}}]}",
    'endpoints[0]: authorization: key "z" in secret "s" not found',
  ],
  [
    "ServiceMonitor",
    "{selector: {}, endpoints: [{authorization: {}, basicAuth: {}}]}",
    "endpoints[0]: authorization and basicAuth cannot be configured at the same time",
  ],
  [
    "PodMonitor",
    "{selector: {matchExpressions: [{key: a, operator: Like}]}, podMetricsEndpoints: [{}]}",
    'endpoint[0]: failed to parse label selector: "Like" is not a valid label selector operator',
  ],
  [
    "PodMonitor",
    "{selector: {}, scrapeClass: fast, podMetricsEndpoints: [{}]}",
    'endpoint[0]: scrapeClassName: scrapeClass "fast" not found in Prometheus scrapeClasses',
  ],
  [
    "Probe",
    "{prober: {url: 'http://x/y'}, targets: {staticConfig: {}}}",
    '"http://x/y" url specified in proberSpec is invalid, it should be of the format `hostname` or `hostname:port`',
  ],
  [
    "Probe",
    "{prober: {url: x}}",
    "at least one of .spec.targets.staticConfig and .spec.targets.ingress is required",
  ],
  [
    "ScrapeConfig",
    "{consulSDConfigs: [{server: x}]}",
    "consulSDConfigs is not supported here; use httpSDConfigs or fileSDConfigs with a program that asks the registry",
  ],
  [
    "ScrapeConfig",
    "{fileSDConfigs: [{files: [../../etc/x.json]}]}",
    'fileSDConfigs: "../../etc/x.json" must be a name relative to the directory targets.d of the cluster',
  ],
] as const) {
  test(`${kind} ${spec} is refused`, () => {
    assert.throws(
      () => jobsOf(kind, spec),
      (error) => error instanceof InvalidObjectError && error.message === want,
    );
  });
}
