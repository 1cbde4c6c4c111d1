/** What all kinds that become scrape jobs say in the same way. */

import type { JsonObject, JsonValue } from "#api";
import { compileLabelSelector, formatLabelSelector, parseQuantity, ValueError } from "#api";
import type { LabelSelector } from "#api/meta/v1";
import type { NamespaceSelector, ServiceMonitorSpec } from "#api/monitoring/v1";
import { ownSteps } from "./relabeling.ts";
import { InvalidObjectError } from "./refusal.ts";

/** One entry of `scrape_configs`. */
export type ScrapeJob = JsonObject & { readonly job_name: string };

/** The limits that all kinds share. */
export type ScrapeLimits = Pick<
  ServiceMonitorSpec,
  | "sampleLimit"
  | "targetLimit"
  | "labelLimit"
  | "labelNameLengthLimit"
  | "labelValueLengthLimit"
  | "bodySizeLimit"
  | "keepDroppedTargets"
  | "scrapeProtocols"
  | "fallbackScrapeProtocol"
  | "scrapeNativeHistograms"
  | "scrapeClassicHistograms"
  | "nativeHistogramBucketLimit"
  | "nativeHistogramMinBucketFactor"
  | "convertClassicHistogramsToNHCB"
  | "scrapeClass"
>;

/** How one endpoint is scraped. */
export interface EndpointOptions {
  readonly path?: string | undefined;
  readonly scheme?: string | undefined;
  readonly params?: { readonly [name: string]: readonly string[] | undefined } | undefined;
  readonly interval?: string | undefined;
  readonly scrapeTimeout?: string | undefined;
  readonly honorLabels?: boolean | undefined;
  readonly honorTimestamps?: boolean | undefined;
  readonly trackTimestampsStaleness?: boolean | undefined;
}

export function endpointSection(endpoint: EndpointOptions): JsonObject {
  return definedOf({
    honor_labels: endpoint.honorLabels ?? false,
    honor_timestamps: endpoint.honorTimestamps,
    track_timestamps_staleness: endpoint.trackTimestampsStaleness,
    scrape_interval: nonEmpty(endpoint.interval),
    scrape_timeout: nonEmpty(endpoint.scrapeTimeout),
    metrics_path: nonEmpty(endpoint.path),
    params: endpoint.params,
    scheme: endpoint.scheme?.toLowerCase(),
  });
}

export function limitsSection(limits: ScrapeLimits): JsonObject {
  if (limits.scrapeClass !== undefined) {
    const shown = JSON.stringify(limits.scrapeClass);
    throw new InvalidObjectError(
      `scrapeClassName: scrapeClass ${shown} not found in Prometheus scrapeClasses`,
    );
  }
  const { scrapeProtocols = [], nativeHistogramMinBucketFactor } = limits;
  return definedOf({
    sample_limit: limits.sampleLimit,
    target_limit: limits.targetLimit,
    label_limit: limits.labelLimit,
    label_name_length_limit: limits.labelNameLengthLimit,
    label_value_length_limit: limits.labelValueLengthLimit,
    keep_dropped_targets: limits.keepDroppedTargets,
    scrape_native_histograms: limits.scrapeNativeHistograms,
    native_histogram_bucket_limit: limits.nativeHistogramBucketLimit,
    native_histogram_min_bucket_factor: factorOf(nativeHistogramMinBucketFactor),
    always_scrape_classic_histograms: limits.scrapeClassicHistograms,
    convert_classic_histograms_to_nhcb: limits.convertClassicHistogramsToNHCB,
    scrape_protocols: scrapeProtocols.length === 0 ? undefined : scrapeProtocols,
    fallback_scrape_protocol: limits.fallbackScrapeProtocol,
    body_size_limit: nonEmpty(limits.bodySizeLimit),
  });
}

/** A quantity, such as `1100m`. */
function factorOf(factor: string | number | undefined): number | undefined {
  if (factor === undefined) return undefined;
  try {
    return Number(parseQuantity(String(factor)).nanos) / 1e9;
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new InvalidObjectError(`nativeHistogramMinBucketFactor: ${error.message}`);
  }
}

/** Rewriting of samples, where there is some. */
export function metricSteps(configs: Parameters<typeof ownSteps>[0]): JsonObject {
  const steps = ownSteps(configs);
  return steps.length === 0 ? {} : { metric_relabel_configs: steps };
}

/** Which objects of the cluster become targets. */
export interface DiscoveryScope {
  readonly role: "endpoints" | "endpointslice" | "pod" | "ingress";
  /** Of the monitor itself. */
  readonly namespace: string;
  readonly namespaceSelector: NamespaceSelector | undefined;
  readonly attachMetadata?: { readonly node?: boolean | undefined } | undefined;
  /** The API server selects, in place of relabelling; `roles` are the objects whose labels count. */
  readonly selected?: { readonly selector: LabelSelector; readonly roles: readonly string[] };
}

export function kubernetesDiscovery(scope: DiscoveryScope): JsonObject {
  const { role, namespace, namespaceSelector = {}, attachMetadata, selected } = scope;
  const { any = false, matchNames = [] } = namespaceSelector;
  const names = matchNames.length === 0 ? [namespace] : matchNames;
  const section = definedOf({
    role,
    namespaces: any ? undefined : { names },
    attach_metadata: attachMetadata && { node: attachMetadata.node ?? false },
    selectors: selected?.roles.map((one) => ({
      role: one,
      label: selectorText(selected.selector),
    })),
  });
  return { kubernetes_sd_configs: [section] };
}

function selectorText(selector: LabelSelector): string {
  try {
    return formatLabelSelector(compileLabelSelector(selector));
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new InvalidObjectError(`failed to parse label selector: ${error.message}`);
  }
}

/** The members that are there. */
export function definedOf(members: Readonly<Record<string, unknown>>): JsonObject {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- values are parts of decoded JSON objects
  return Object.fromEntries(present) as { [name: string]: JsonValue };
}

export function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
