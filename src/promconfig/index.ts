export { type AlertingConfig, type AlertmanagerConfig } from "./alerting-config.ts";
export { formatByteSize, parseByteSize } from "./byte-size.ts";
export { configIdentity } from "./config-identity.ts";
export { ConfigError, describePlace } from "./config-error.ts";
export type {
  DiscoveryConfig,
  DnsDiscovery,
  DockerDiscovery,
  FileDiscovery,
  HttpDiscovery,
} from "./discovery/discovery-config.ts";
export type { KubernetesDiscovery, KubernetesRole } from "./discovery/kubernetes-discovery.ts";
export {
  parseJsonTargetGroups,
  parseTargetGroups,
  type TargetGroupConfig,
} from "./discovery/target-group.ts";
export { inFile } from "./in-file.ts";
export { expandGlob, type FileFinder } from "./glob.ts";
export { directoryOf, joinPath } from "./path.ts";
export type { GlobalConfig } from "./global-config.ts";
export {
  type Authorization,
  type BasicAuth,
  type HeaderValues,
  checkHttpClient,
  fillHttpClient,
  type HttpClientConfig,
  httpClientDefaults,
  httpClientType,
  type Oauth2Config,
  type TlsConfig,
  tlsConfigType,
} from "./http-client-config.ts";
export { loadHttpClientConfig } from "./load-http-client.ts";
export {
  type LoadDeps,
  type LoadedConfig,
  loadConfig,
  loadMainConfig,
  type LoadOptions,
  loadScrapeConfigs,
} from "./load.ts";
export type { OtlpConfig, TranslationStrategy } from "./otlp-config.ts";
export {
  type ConfigDefaults,
  configDefaults,
  formatConfig,
  formatScrapeConfig,
  parseConfig,
  parseScrapeConfigs,
  type ParseOptions,
  type PrometheusConfig,
  unsupportedOptions,
} from "./prometheus-config.ts";
export { type RelabelConfig, relabelRules } from "./relabel-config.ts";
export type {
  QueueConfig,
  RemoteReadConfig,
  RemoteWriteConfig,
  WriteMessage,
} from "./remote-config.ts";
export { list, mapOf, optional } from "./schema/collection.ts";
export {
  field,
  type Part,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "./schema/decode-struct.ts";
export { durationMs, path, secret, url } from "./schema/option-types.ts";
export { bool, choice, float, integer, parsed, text } from "./schema/scalar.ts";
export { decodeDocument, Decoding, type YamlType } from "./schema/yaml-type.ts";
export type { ScrapeConfig } from "./scrape-config.ts";
export type { ScrapeProtocol } from "./scrape-protocol.ts";
export { noSecret, Secret, shownSecret } from "./secret.ts";
export {
  isTlsEnabled,
  loadWebConfig,
  parseWebConfig,
  type TlsServerConfig,
  type WebConfig,
} from "./web-config.ts";
export { unsupportedPart } from "./unsupported.ts";
export { WebUsers } from "./web-users.ts";
export type { RetentionConfig, TsdbConfig } from "./storage-config.ts";
export type { Position, YamlNode, YamlScalar } from "./yaml/node.ts";
export { readYaml } from "./yaml/read.ts";
export { isNullScalar, resolveScalar } from "./yaml/resolve.ts";
export { writeYaml, type YamlValue } from "./yaml/write.ts";
