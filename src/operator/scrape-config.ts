import type { JsonObject } from "#api";
import type {
  HttpSdConfig,
  KubernetesSdConfig,
  ScrapeConfig,
  ScrapeConfigSpec,
} from "#api/monitoring/v1alpha1";
import type { Entries } from "./entries.ts";
import { clientSection } from "./http-client.ts";
import { InvalidObjectError, within } from "./refusal.ts";
import { ownSteps, rememberJob, setLabel } from "./relabeling.ts";
import {
  definedOf,
  endpointSection,
  limitsSection,
  metricSteps,
  type ScrapeJob,
} from "./scrape-job.ts";

/** The one job of the object, `scrapeConfig/NAMESPACE/NAME`. */
export function scrapeConfigJob(config: ScrapeConfig, entries: Entries): ScrapeJob {
  const { spec, metadata: { name = "", namespace = "" } = {} } = config;
  refuseForeignDiscovery(spec);
  const { jobName } = spec;
  return {
    job_name: `scrapeConfig/${namespace}/${name}`,
    ...endpointSection({
      ...spec,
      path: spec.metricsPath,
      interval: spec.scrapeInterval,
    }),
    ...definedOf({
      enable_compression: spec.enableCompression,
      metric_name_validation_scheme: spec.nameValidationScheme?.toLowerCase(),
      metric_name_escaping_scheme: escapingSchemes.get(spec.nameEscapingScheme ?? ""),
    }),
    ...clientSection(entries, { ...spec, enableHttp2: spec.enableHTTP2 }),
    ...discoverySections(spec, entries),
    relabel_configs: [
      rememberJob,
      ...(jobName === undefined ? [] : [{ ...setLabel("job", jobName), action: "replace" }]),
      ...ownSteps(spec.relabelings),
    ],
    ...limitsSection(spec),
    ...metricSteps(spec.metricRelabelings),
  };
}

const escapingSchemes: ReadonlyMap<string, string> = new Map([
  ["AllowUTF8", "allow-utf-8"],
  ["Underscores", "underscores"],
  ["Dots", "dots"],
  ["Values", "values"],
]);

/** The ways of finding targets that there are here. */
const ownDiscovery: ReadonlySet<string> = new Set([
  "staticConfigs",
  "fileSDConfigs",
  "httpSDConfigs",
  "kubernetesSDConfigs",
  "dnsSDConfigs",
]);

function refuseForeignDiscovery(spec: ScrapeConfigSpec): void {
  const foreign = Object.keys(spec).find(
    (name) => name.endsWith("SDConfigs") && !ownDiscovery.has(name),
  );
  if (foreign === undefined) return;
  throw new InvalidObjectError(
    `${foreign} is not supported here; use httpSDConfigs or fileSDConfigs with a program that asks the registry`,
  );
}

function discoverySections(spec: ScrapeConfigSpec, entries: Entries): JsonObject {
  const { staticConfigs, fileSDConfigs, httpSDConfigs, kubernetesSDConfigs, dnsSDConfigs } = spec;
  return definedOf({
    static_configs: staticConfigs?.map(({ targets, labels = {} }) => ({ targets, labels })),
    file_sd_configs: fileSDConfigs?.map(({ files, refreshInterval }) =>
      definedOf({ files: files.map(ownFile), refresh_interval: refreshInterval }),
    ),
    http_sd_configs: httpSDConfigs?.map((one, index) =>
      within(`httpSDConfigs[${index}]`, () => httpSection(one, entries)),
    ),
    kubernetes_sd_configs: kubernetesSDConfigs?.map((one, index) =>
      within(`kubernetesSDConfigs[${index}]`, () => kubernetesSection(one, entries)),
    ),
    dns_sd_configs: dnsSDConfigs?.map(({ names, refreshInterval, type, port }) =>
      definedOf({ names, refresh_interval: refreshInterval, type, port }),
    ),
  });
}

/**
 * Files are the cluster owner's, beside further jobs: objects of any namespace must not read other
 * files of the machine.
 */
function ownFile(path: string): string {
  if (!path.startsWith("/") && !path.split("/").includes("..")) return `targets.d/${path}`;
  throw new InvalidObjectError(
    `fileSDConfigs: ${JSON.stringify(path)} must be a name relative to the directory targets.d of the cluster`,
  );
}

function httpSection(config: HttpSdConfig, entries: Entries): JsonObject {
  return {
    url: config.url,
    ...definedOf({ refresh_interval: config.refreshInterval }),
    ...clientSection(entries, { ...config, enableHttp2: config.enableHTTP2 }),
  };
}

function kubernetesSection(config: KubernetesSdConfig, entries: Entries): JsonObject {
  const { apiServer, role, namespaces, attachMetadata, selectors } = config;
  const lower = role.toLowerCase();
  const attached = ["pod", "endpoints", "endpointslice"].includes(lower)
    ? attachMetadata
    : undefined;
  return {
    ...definedOf({
      api_server: apiServer,
      role: lower,
      namespaces:
        namespaces &&
        definedOf({ names: namespaces.names ?? [], own_namespace: namespaces.ownNamespace }),
      selectors: selectors?.map((one) =>
        definedOf({ role: one.role.toLowerCase(), label: one.label, field: one.field }),
      ),
      attach_metadata: attached && { node: attached.node ?? false },
    }),
    ...clientSection(entries, { ...config, enableHttp2: config.enableHTTP2 }),
  };
}
