/** What all kinds that make scrape jobs have in common. */

import {
  boolean,
  field,
  int64,
  intOrString,
  limited,
  listOf,
  mapOf,
  oneOf,
  setOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { type } from "./package.ts";
import { byteSize, count, duration, nonEmpty, scheme, scrapeProtocol } from "./text.ts";

/** Each may also be written in lower case. */
const relabelActions: readonly string[] = [
  "Replace",
  "Keep",
  "Drop",
  "HashMod",
  "LabelMap",
  "LabelDrop",
  "LabelKeep",
  "Lowercase",
  "Uppercase",
  "KeepEqual",
  "DropEqual",
];

export const relabelConfig = type("RelabelConfig", "One step of rewriting labels.", {
  sourceLabels: field(listOf(string), "Labels whose values are joined and matched."),
  separator: field(string, "What stands between the joined values; a semicolon by default."),
  targetLabel: field(string, "Label that the result is written to."),
  regex: field(string, "What the joined values are matched with, anchored at both ends."),
  modulus: field(limited(int64, { minimum: 0 }), "Modulus of the hash, for HashMod."),
  replacement: field(string, "What is written; may refer to groups of the regular expression."),
  action: field(
    oneOf(...relabelActions.flatMap((action) => [action.toLowerCase(), action])),
    "What a match does; replaces by default.",
  ).default("replace"),
});
export interface RelabelConfig extends TypeOf<typeof relabelConfig> {}

export const namespaceSelector = type(
  "NamespaceSelector",
  "Namespaces to look in: the object's own unless this says otherwise.",
  {
    any: field(boolean, "Look in all namespaces."),
    matchNames: field(listOf(string), "Look in the namespaces of these names."),
  },
);
export interface NamespaceSelector extends TypeOf<typeof namespaceSelector> {}

export const attachMetadata = type("AttachMetadata", "What targets are told beside their own.", {
  node: field(boolean, "Labels and annotations of the pod's node."),
});

export const selectorMechanism = oneOf("RelabelConfig", "RoleSelector");

/** Limits of a job and how its answers are read. */
export const scrapeLimitFields = {
  sampleLimit: field(count, "A scrape with more samples fails."),
  targetLimit: field(count, "With more targets, all scrapes of the job fail."),
  labelLimit: field(count, "A scrape with a sample of more labels fails."),
  labelNameLengthLimit: field(count, "A scrape with a longer label name fails."),
  labelValueLengthLimit: field(count, "A scrape with a longer label value fails."),
  bodySizeLimit: field(byteSize, "A scrape with a longer answer fails, such as 10MB."),
  keepDroppedTargets: field(count, "How many dropped targets are kept to be shown."),
  scrapeProtocols: field(setOf(scrapeProtocol), "Forms of answers, the most wanted first."),
  fallbackScrapeProtocol: field(scrapeProtocol, "Form of an answer that does not say its own."),
  scrapeNativeHistograms: field(boolean, "Ask for native histograms."),
  scrapeClassicHistograms: field(boolean, "Also take the buckets of native histograms."),
  nativeHistogramBucketLimit: field(count, "Native histograms are merged to so many buckets."),
  nativeHistogramMinBucketFactor: field(
    intOrString,
    "Native histograms are merged until buckets grow by this factor.",
  ),
  convertClassicHistogramsToNHCB: field(
    boolean,
    "Turn classic histograms into native ones with custom buckets.",
  ),
  scrapeClass: field(nonEmpty, "Class of settings that the scrapes are of."),
};

/** How one endpoint is scraped. */
export const endpointFields = {
  targetPort: field(
    intOrString,
    "Name or number of the port of the container; for ports that have no other name.",
  ),
  path: field(string, "Path of the metrics, /metrics unless it says otherwise."),
  scheme: field(scheme, "HTTP or HTTPS."),
  params: field(mapOf(listOf(string)), "Parameters of the URL."),
  interval: field(duration, "Time between scrapes."),
  scrapeTimeout: field(duration, "Longest time that a scrape may take."),
  honorLabels: field(boolean, "Labels of the metrics win over those of the target."),
  honorTimestamps: field(boolean, "Keep the times that metrics state."),
  trackTimestampsStaleness: field(boolean, "Mark the end of series that state times, too."),
  metricRelabelings: field(listOf(relabelConfig), "Rewrites the labels of samples."),
  relabelings: field(listOf(relabelConfig), "Rewrites the labels of targets."),
  filterRunning: field(boolean, "Leave out pods that have ended; true unless said otherwise."),
};
