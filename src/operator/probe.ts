import type { JsonObject } from "#api";
import type { Probe, ProbeSpec } from "#api/monitoring/v1";
import type { Entries } from "./entries.ts";
import { clientSection, proxySection } from "./http-client.ts";
import { InvalidObjectError } from "./refusal.ts";
import {
  copyLabel,
  ownSteps,
  type RelabelStep,
  rememberJob,
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

/** The one job of the object, `probe/NAMESPACE/NAME`: it asks the prober about each target. */
export function probeJob(probe: Probe, entries: Entries): ScrapeJob {
  const { spec, metadata: { name = "", namespace = "" } = {} } = probe;
  const { prober, jobName = "" } = spec;
  if (prober === undefined) throw new InvalidObjectError("prober: url is required");
  checkProberUrl(prober.url);
  const params = paramsOf(spec);
  const found = targetsOf(spec, namespace);
  return {
    job_name: `probe/${namespace}/${name}`,
    ...endpointSection({
      honorTimestamps: true,
      path: prober.path ?? "/probe",
      scheme: prober.scheme,
      interval: spec.interval,
      scrapeTimeout: spec.scrapeTimeout,
      params: Object.keys(params).length === 0 ? undefined : params,
    }),
    ...limitsSection(spec),
    ...found.discovery,
    ...clientSection(entries, spec),
    ...proxySection(entries, prober),
    relabel_configs: [
      rememberJob,
      ...(jobName === "" ? [] : [setLabel("job", jobName)]),
      ...found.before,
      copyLabel("__param_target", "instance"),
      setLabel("__address__", prober.url),
      ...found.own,
    ],
    ...metricSteps(spec.metricRelabelings),
  };
}

/** A host with or without a port, and nothing else. */
function checkProberUrl(url: string): void {
  if (/^[^\s/]+$/.test(url)) return;
  throw new InvalidObjectError(
    `${JSON.stringify(url)} url specified in proberSpec is invalid, it should be of the format \`hostname\` or \`hostname:port\``,
  );
}

function paramsOf({ module = "", params = [] }: ProbeSpec): Record<string, readonly string[]> {
  const own = params.filter(({ name }) => module === "" || name !== "module");
  return Object.fromEntries([
    ...(module === "" ? [] : [["module", [module]] as const]),
    ...own.map(({ name, values = [] }) => [name, values] as const),
  ]);
}

interface ProbedTargets {
  readonly discovery: JsonObject;
  /** Steps that find what is probed, for the prober's parameter. */
  readonly before: readonly RelabelStep[];
  readonly own: readonly RelabelStep[];
}

function targetsOf({ targets = {} }: ProbeSpec, namespace: string): ProbedTargets {
  const { staticConfig, ingress } = targets;
  if (staticConfig !== undefined) {
    const { static: hosts = [], labels = {}, relabelingConfigs } = staticConfig;
    return {
      discovery: { static_configs: [{ targets: hosts, labels: { namespace, ...labels } }] },
      before: [copyLabel("__address__", "__param_target")],
      own: ownSteps(relabelingConfigs),
    };
  }
  if (ingress === undefined) {
    throw new InvalidObjectError(
      "at least one of .spec.targets.staticConfig and .spec.targets.ingress is required",
    );
  }
  return {
    discovery: kubernetesDiscovery({
      role: "ingress",
      namespace,
      namespaceSelector: ingress.namespaceSelector,
    }),
    before: [...selectByLabels("ingress", ingress.selector ?? {}), ...ingressSteps],
    own: ownSteps(ingress.relabelingConfigs),
  };
}

const ingressSteps: readonly RelabelStep[] = [
  {
    source_labels: [
      "__meta_kubernetes_ingress_scheme",
      "__address__",
      "__meta_kubernetes_ingress_path",
    ],
    separator: ";",
    regex: "(.+);(.+);(.+)",
    target_label: "__param_target",
    replacement: "${1}://${2}${3}",
    action: "replace",
  },
  copyLabel("__meta_kubernetes_namespace", "namespace"),
  copyLabel("__meta_kubernetes_ingress_name", "ingress"),
  copyLabel("__address__", "__tmp_ingress_address"),
];
