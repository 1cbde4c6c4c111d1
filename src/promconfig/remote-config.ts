import {
  checkHttpClient,
  fillHttpClient,
  http1ClientType,
  httpClientType,
} from "./http-client-config.ts";
import { relabelConfigs } from "./relabel-config.ts";
import { mapOf } from "./schema/collection.ts";
import {
  field,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "./schema/decode-struct.ts";
import { durationMs, labelSet, url } from "./schema/option-types.ts";
import { bool, choice, integer, text, unsigned64 } from "./schema/scalar.ts";
import { unsupportedPart } from "./unsupported.ts";

const queueParts = {
  capacity: field("capacity", integer, 10_000),
  maxShards: field("max_shards", integer, 50),
  minShards: field("min_shards", integer, 1),
  maxSamplesPerSend: field("max_samples_per_send", integer, 2_000),
  batchSendDeadlineMs: field("batch_send_deadline", durationMs, 5_000),
  minBackoffMs: field("min_backoff", durationMs, 30),
  maxBackoffMs: field("max_backoff", durationMs, 5_000),
  retryOnRateLimit: field("retry_on_http_429", bool),
  /** Older samples are not sent; 0 sends all. */
  sampleAgeLimitMs: field("sample_age_limit", durationMs),
} as const;
export type QueueConfig = ValueOf<typeof queueParts>;
const queueType = struct("config.QueueConfig", queueParts);

function queueProblem(queue: QueueConfig): string | undefined {
  const positive = [
    ["max_shards", queue.maxShards],
    ["min_shards", queue.minShards],
    ["max_samples_per_send", queue.maxSamplesPerSend],
    ["capacity", queue.capacity],
  ] as const;
  const [max, min, ...others] = positive.map(([name, value]) =>
    value > 0 ? undefined : `remote write queue ${name} must be positive`,
  );
  if (max !== undefined || min !== undefined) return max ?? min;
  if (queue.minShards > queue.maxShards) {
    return "remote write queue min_shards must not be greater than max_shards";
  }
  const other = others.find((problem) => problem !== undefined);
  if (other !== undefined) return other;
  return queue.maxBackoffMs < queue.minBackoffMs
    ? "remote write queue max_backoff must not be less than min_backoff"
    : undefined;
}

const metadataType = struct("config.MetadataConfig", {
  send: shownField("send", bool, true),
  sendIntervalMs: shownField("send_interval", durationMs, 60_000),
  maxSamplesPerSend: field("max_samples_per_send", integer, 2_000),
});

/** The two messages that remote write may send; the second is version 2.0. */
const writeMessages = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"] as const;
export type WriteMessage = (typeof writeMessages)[number];
const writeMessage = choice(
  writeMessages,
  (word) =>
    `invalid protobuf_message value: unknown type for remote write protobuf message ${word}, supported: ${writeMessages.join(", ")}`,
);

const remoteWriteParts = {
  url: shownField("url", url),
  remoteTimeoutMs: field("remote_timeout", durationMs, 30_000),
  headers: field("headers", mapOf(text)),
  writeRelabelConfigs: field(
    "write_relabel_configs",
    relabelConfigs("empty or null relabeling rule in remote write config"),
  ),
  name: field("name", text),
  sendExemplars: field("send_exemplars", bool),
  sendNativeHistograms: field("send_native_histograms", bool),
  roundRobinDns: field("round_robin_dns", bool),
  protobufMessage: field("protobuf_message", writeMessage, "prometheus.WriteRequest"),
  failedRequestLogging: field("failed_request_logging", bool),
  http: http1ClientType.inline,
  queue: field("queue_config", queueType, queueType.initial),
  metadata: field("metadata_config", metadataType, metadataType.initial),
  sigv4: unsupportedPart("sigv4", "let a proxy such as aws-sigv4-proxy sign the requests"),
  azuread: unsupportedPart("azuread", "use oauth2 with the token URL of the tenant"),
  googleIam: unsupportedPart("google_iam", "use authorization with credentials_file"),
} as const;

/** Where samples are sent and how. */
export type RemoteWriteConfig = ValueOf<typeof remoteWriteParts>;
export const remoteWriteType: StructType<RemoteWriteConfig> = struct(
  "config.plain",
  remoteWriteParts,
  {
    check: (config) =>
      config.url === ""
        ? "url for remote_write is empty"
        : (headersProblem(config.headers) ??
          checkHttpClient(config.http) ??
          queueProblem(config.queue) ??
          credentialsProblem(config)),
    fill: (config) => ({ ...config, http: fillHttpClient(config.http) }),
  },
);

function credentialsProblem({ http }: RemoteWriteConfig): string | undefined {
  const configured = [
    ...(http.basicAuth === undefined ? [] : ["basic_auth"]),
    ...(http.authorization === undefined ? [] : ["authorization"]),
    ...(http.oauth2 === undefined ? [] : ["oauth2"]),
  ];
  if (configured.length < 2) return undefined;
  return `at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. Currently configured: [${configured.join(" ")}]`;
}

const remoteReadParts = {
  url: shownField("url", url),
  remoteTimeoutMs: field("remote_timeout", durationMs, 60_000),
  chunkedReadLimitBytes: field("chunked_read_limit", unsigned64, 50_000_000),
  headers: field("headers", mapOf(text)),
  readRecent: field("read_recent", bool),
  name: field("name", text),
  http: httpClientType.inline,
  requiredMatchers: field("required_matchers", labelSet),
  filterExternalLabels: field("filter_external_labels", bool, true),
} as const;

/** Where samples are read from that are not stored here. */
export type RemoteReadConfig = ValueOf<typeof remoteReadParts>;
export const remoteReadType: StructType<RemoteReadConfig> = struct(
  "config.plain",
  remoteReadParts,
  {
    check: (config) =>
      config.url === ""
        ? "url for remote_read is empty"
        : (headersProblem(config.headers) ?? checkHttpClient(config.http)),
    fill: (config) => ({ ...config, http: fillHttpClient(config.http) }),
  },
);

/** Headers that the protocols of remote storage set themselves. */
export const reservedHeaders: ReadonlySet<string> = new Set([
  "host",
  "content-encoding",
  "content-length",
  "content-type",
  "user-agent",
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "www-authenticate",
  "accept-encoding",
  "x-prometheus-remote-write-version",
  "x-prometheus-remote-read-version",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-content-sha256",
]);

function headersProblem(headers: ReadonlyMap<string, string>): string | undefined {
  for (const name of headers.keys()) {
    if (name.toLowerCase() === "authorization") {
      return "authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter";
    }
    if (reservedHeaders.has(name.toLowerCase())) {
      return `${name} is a reserved header. It must not be changed`;
    }
  }
  return undefined;
}
