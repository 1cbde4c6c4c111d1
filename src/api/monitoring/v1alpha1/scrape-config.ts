import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  boolean,
  field,
  limited,
  listOf,
  mapOf,
  oneOf,
  rawExtension,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import {
  basicAuth,
  oauth2,
  proxyFields,
  safeAuthorization,
  safeTlsConfig,
} from "../v1/http-client.ts";
import { relabelConfig, scrapeLimitFields } from "../v1/scraping.ts";
import { configResourceStatus } from "../v1/status.ts";
import { duration, nonEmpty, scheme } from "../v1/text.ts";
import {
  dnsSdConfig,
  fileSdConfig,
  httpSdConfig,
  kubernetesSdConfig,
  staticConfig,
} from "./discovery.ts";
import { kind, type } from "./package.ts";

/** Registries that nobody here asks: an object that names one is kept and not used. */
const foreign = field(listOf(rawExtension), "Targets of a registry that is not asked here.");

const relabelings = limited(listOf(relabelConfig), { minItems: 1 });

export const scrapeConfigSpec = type("ScrapeConfigSpec", "What is scraped, and how.", {
  jobName: field(nonEmpty, "The job of what is scraped; else scrapeConfig/namespace/name."),
  staticConfigs: field(listOf(staticConfig), "Targets that are listed."),
  fileSDConfigs: field(listOf(fileSdConfig), "Targets from files."),
  httpSDConfigs: field(listOf(httpSdConfig), "Targets from URLs."),
  kubernetesSDConfigs: field(listOf(kubernetesSdConfig), "Targets from a cluster's objects."),
  dnsSDConfigs: field(listOf(dnsSdConfig), "Targets from DNS."),
  consulSDConfigs: foreign,
  ec2SDConfigs: foreign,
  azureSDConfigs: foreign,
  gceSDConfigs: foreign,
  openstackSDConfigs: foreign,
  digitalOceanSDConfigs: foreign,
  kumaSDConfigs: foreign,
  eurekaSDConfigs: foreign,
  dockerSDConfigs: foreign,
  linodeSDConfigs: foreign,
  hetznerSDConfigs: foreign,
  nomadSDConfigs: foreign,
  dockerSwarmSDConfigs: foreign,
  puppetDBSDConfigs: foreign,
  lightSailSDConfigs: foreign,
  ovhcloudSDConfigs: foreign,
  scalewaySDConfigs: foreign,
  ionosSDConfigs: foreign,
  relabelings: field(relabelings, "Rewrites the labels of targets."),
  metricRelabelings: field(relabelings, "Rewrites the labels of samples."),
  metricsPath: field(nonEmpty, "Path of the metrics, /metrics unless it says otherwise."),
  scrapeInterval: field(duration, "Time between scrapes."),
  scrapeTimeout: field(duration, "Longest time that a scrape may take."),
  honorTimestamps: field(boolean, "Keep the times that metrics state."),
  trackTimestampsStaleness: field(boolean, "Mark the end of series that state times, too."),
  honorLabels: field(boolean, "Labels of the metrics win over those of the target."),
  params: field(mapOf(listOf(string), "atomic"), "Parameters of the URL."),
  scheme: field(scheme, "HTTP or HTTPS."),
  enableCompression: field(boolean, "Whether answers may be compressed."),
  enableHTTP2: field(boolean, "Whether HTTP/2 may be spoken."),
  basicAuth: field(basicAuth, "User name and password."),
  authorization: field(safeAuthorization, "Credentials of the Authorization header."),
  oauth2: field(oauth2, "Token of an OAuth 2 server."),
  tlsConfig: field(safeTlsConfig, "TLS towards the targets."),
  ...proxyFields,
  ...scrapeLimitFields,
  nameValidationScheme: field(oneOf("UTF8", "Legacy"), "Which names of metrics are valid."),
  nameEscapingScheme: field(
    oneOf("AllowUTF8", "Underscores", "Dots", "Values"),
    "How targets are asked to write names that are not.",
  ),
});
export interface ScrapeConfigSpec extends TypeOf<typeof scrapeConfigSpec> {}

export const scrapeConfig = kind(
  "ScrapeConfig",
  "Scrapes anything, in or out of the cluster.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(scrapeConfigSpec, "What is scraped, and how.").required(),
    status: field(configResourceStatus, "Who scrapes it."),
  },
  {
    name: "scrapeconfigs",
    singular: "scrapeconfig",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["scfg"],
    categories: ["prometheus-operator"],
    subresources: { status: statusSubresource("ScrapeConfig") },
  },
);
export interface ScrapeConfig extends TypeOf<typeof scrapeConfig> {}
