/** `webhook_configs`. */
import {
  bool,
  checkHttpClient,
  durationMs,
  field,
  fillHttpClient,
  httpClientType,
  integer,
  optional,
  path,
  shownField,
  shownSecret,
  struct,
  type StructType,
  url,
  type ValueOf,
  type YamlType,
} from "#promconfig";

/** What follows the host is often all that keeps others from calling a webhook: it is not shown. */
const secretUrl: YamlType<string> = {
  ...url,
  encode: (value) => ({ kind: "text", text: `${new URL(value).origin}/${shownSecret}` }),
};

const webhookParts = {
  sendsResolved: shownField("send_resolved", bool, true),
  http: field("http_config", optional(httpClientType)),
  url: field("url", secretUrl),
  urlFile: field("url_file", path),
  /** 0 sends all alerts of a group. */
  alertsMax: field("max_alerts", integer),
  /** 0 leaves it to the group's time. */
  timeoutMs: field("timeout", durationMs),
} as const;

/** A server that is told by a POST with JSON. */
export type WebhookConfig = ValueOf<typeof webhookParts>;
export const webhookType: StructType<WebhookConfig> = struct("config.WebhookConfig", webhookParts, {
  check: ({ url: address, urlFile, alertsMax, http }) => {
    if (address === "" && urlFile === "") return "one of url or url_file must be configured";
    if (address !== "" && urlFile !== "") return "at most one of url & url_file must be configured";
    if (alertsMax < 0) return "max_alerts cannot be negative";
    return http === undefined ? undefined : checkHttpClient(http);
  },
  fill: (config) =>
    config.http === undefined ? config : { ...config, http: fillHttpClient(config.http) },
});
