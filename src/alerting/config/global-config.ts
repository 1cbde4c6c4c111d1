/** `global`: what receivers take over where they say nothing of their own. */
import {
  bool,
  durationMs,
  field,
  httpClientType,
  optional,
  path,
  secret,
  shownField,
  struct,
  type StructType,
  text,
  tlsConfigType,
  type ValueOf,
} from "#promconfig";
import { hostPort, isSet, maybeBool, secretUrl, webUrl } from "./receiver-options.ts";

/** An address that amtool of older versions does not know: it is shown where it is not the usual one. */
function newerUrl(key: string, usual: string) {
  const type = { ...webUrl, isEmpty: (value: string) => value === "" || value === usual };
  return field(key, type, usual);
}

const globalParts = {
  resolveTimeoutMs: shownField("resolve_timeout", durationMs, 5 * 60_000),
  http: field("http_config", httpClientType, httpClientType.initial),
  jiraApiUrl: field("jira_api_url", webUrl),
  smtpFrom: field("smtp_from", text),
  smtpHello: field("smtp_hello", text, "localhost"),
  smtpSmarthost: field("smtp_smarthost", hostPort),
  smtpAuthUsername: field("smtp_auth_username", text),
  smtpAuthPassword: field("smtp_auth_password", secret),
  smtpAuthPasswordFile: field("smtp_auth_password_file", path),
  smtpAuthSecret: field("smtp_auth_secret", secret),
  smtpAuthSecretFile: field("smtp_auth_secret_file", path),
  smtpAuthIdentity: field("smtp_auth_identity", text),
  smtpRequireTls: shownField("smtp_require_tls", bool, true),
  smtpTls: field("smtp_tls_config", optional(tlsConfigType)),
  smtpForceImplicitTls: field("smtp_force_implicit_tls", maybeBool),
  slackApiUrl: field("slack_api_url", secretUrl),
  slackApiUrlFile: field("slack_api_url_file", path),
  slackAppToken: field("slack_app_token", secret),
  slackAppTokenFile: field("slack_app_token_file", path),
  slackAppUrl: newerUrl("slack_app_url", "https://slack.com/api/chat.postMessage"),
  pagerdutyUrl: field("pagerduty_url", webUrl, "https://events.pagerduty.com/v2/enqueue"),
  opsgenieApiUrl: field("opsgenie_api_url", webUrl, "https://api.opsgenie.com/"),
  opsgenieApiKey: field("opsgenie_api_key", secret),
  opsgenieApiKeyFile: field("opsgenie_api_key_file", path),
  wechatApiUrl: field("wechat_api_url", webUrl, "https://qyapi.weixin.qq.com/cgi-bin/"),
  wechatApiSecret: field("wechat_api_secret", secret),
  wechatApiSecretFile: field("wechat_api_secret_file", path),
  wechatApiCorpId: field("wechat_api_corp_id", text),
  victoropsApiUrl: field(
    "victorops_api_url",
    webUrl,
    "https://alert.victorops.com/integrations/generic/20131114/alert/",
  ),
  victoropsApiKey: field("victorops_api_key", secret),
  victoropsApiKeyFile: field("victorops_api_key_file", path),
  telegramApiUrl: field("telegram_api_url", webUrl, "https://api.telegram.org"),
  telegramBotToken: field("telegram_bot_token", secret),
  telegramBotTokenFile: field("telegram_bot_token_file", path),
  webexApiUrl: field("webex_api_url", webUrl, "https://webexapis.com/v1/messages"),
  rocketchatApiUrl: newerUrl("rocketchat_api_url", "https://open.rocket.chat/"),
  rocketchatToken: field("rocketchat_token", secret),
  rocketchatTokenFile: field("rocketchat_token_file", path),
  rocketchatTokenId: field("rocketchat_token_id", secret),
  rocketchatTokenIdFile: field("rocketchat_token_id_file", path),
  mattermostWebhookUrl: field("mattermost_webhook_url", secretUrl),
  mattermostWebhookUrlFile: field("mattermost_webhook_url_file", path),
} as const;

export type GlobalConfig = ValueOf<typeof globalParts>;

export const globalType: StructType<GlobalConfig> = struct("config.plain", globalParts, {
  check: globalProblem,
});

/** Pairs of which only one may be given. */
const exclusive: readonly (readonly [keyof GlobalConfig, keyof GlobalConfig, string])[] = [
  ["slackAppToken", "slackAppTokenFile", "slack_app_token"],
  ["slackApiUrl", "slackApiUrlFile", "slack_api_url"],
  ["opsgenieApiKey", "opsgenieApiKeyFile", "opsgenie_api_key"],
  ["victoropsApiKey", "victoropsApiKeyFile", "victorops_api_key"],
  ["telegramBotToken", "telegramBotTokenFile", "telegram_bot_token"],
  ["smtpAuthPassword", "smtpAuthPasswordFile", "smtp_auth_password"],
  ["rocketchatToken", "rocketchatTokenFile", "rocketchat_token"],
  ["rocketchatTokenId", "rocketchatTokenIdFile", "rocketchat_token_id"],
  ["smtpAuthSecret", "smtpAuthSecretFile", "smtp_auth_secret"],
  ["wechatApiSecret", "wechatApiSecretFile", "wechat_api_secret"],
  ["mattermostWebhookUrl", "mattermostWebhookUrlFile", "mattermost_webhook_url"],
];

function globalProblem(config: GlobalConfig): string | undefined {
  const isGiven = (name: keyof GlobalConfig) => {
    const value = config[name];
    if (typeof value === "string") return value !== "";
    return typeof value === "object" && "isEmpty" in value && !value.isEmpty;
  };
  const twice = exclusive.find(([one, other]) => isGiven(one) && isGiven(other));
  if (twice !== undefined) {
    return `at most one of ${twice[2]} & ${twice[2]}_file must be configured`;
  }
  const hasToken = isSet(config.slackAppToken) || config.slackAppTokenFile !== "";
  const hasUrl = config.slackApiUrl !== "" || config.slackApiUrlFile !== "";
  // The same address said twice is an older way to give a token.
  return hasToken && hasUrl && config.slackApiUrl !== config.slackAppUrl
    ? "at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured"
    : undefined;
}
