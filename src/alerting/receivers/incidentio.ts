/** incident.io: the webhook's body, to an alert source with a token. */
import {
  durationMs,
  field,
  integer,
  noSecret,
  path,
  secret,
  struct,
  type StructType,
  type ValueOf,
} from "#promconfig";
import { bothProblem, isSet, webUrl } from "../config/receiver-options.ts";
import { decodeAnswer, textMember, textsMember } from "./decode-answer.ts";
import { callSuccessfully, type HttpAnswer, limitedRetryRule } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  readSecretOption,
  type ReceiverKind,
  withGlobalHttp,
  withTimeout,
} from "./receiver-kind.ts";

const parts = {
  ...httpReceiverParts(true),
  url: field("url", webUrl),
  urlFile: field("url_file", path),
  token: field("alert_source_token", secret),
  tokenFile: field("alert_source_token_file", path),
  alertsMax: field("max_alerts", integer),
  timeoutMs: field("timeout", durationMs),
} as const;

type IncidentioConfig = ValueOf<typeof parts>;
const type: StructType<IncidentioConfig> = struct("incidentio.plain", parts, {
  check: ({ url, urlFile, token, tokenFile, http, alertsMax }) => {
    if (url === "" && urlFile === "") return "one of url or url_file must be configured";
    if (alertsMax < 0) return "max_alerts cannot be negative";
    const hasToken = isSet(token) || tokenFile !== "";
    if (http?.authorization !== undefined && hasToken) {
      return "cannot specify alert_source_token or alert_source_token_file when using http_config.authorization";
    }
    if (http !== undefined && http.authorization === undefined && !hasToken) {
      return "at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured";
    }
    return (
      bothProblem(["url", url], ["url_file", urlFile]) ??
      bothProblem(["alert_source_token", token], ["alert_source_token_file", tokenFile])
    );
  },
});

const bodyBytesMax = 512 * 1024;

const rule = { ...limitedRetryRule, details: detailsOf };

export const incidentioKind: ReceiverKind<IncidentioConfig> = {
  name: "incidentio",
  type,
  complete: (config, global) => withToken(withGlobalHttp(config, global)),
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const option = { text: config.url, file: config.urlFile, name: "url_file" };
      const url = await readSecretOption(deps.disk, option);
      const limit = { ms: config.timeoutMs, what: "incident.io", signal };
      const body = bodyOf(message, config.alertsMax);
      await withTimeout(deps.clock, limit, (within) =>
        callSuccessfully(client, { method: "POST", url, body }, rule, within),
      );
    }),
};

/** The token is the client's authorization, whatever else it says. */
function withToken(config: IncidentioConfig): IncidentioConfig {
  const { http, token, tokenFile } = config;
  if (http === undefined || (!isSet(token) && tokenFile === "")) return config;
  const authorization = {
    type: "Bearer",
    credentials: isSet(token) ? token : noSecret,
    credentialsFile: tokenFile,
    credentialsRef: "",
  };
  return { ...config, http: { ...http, authorization } };
}

/** Of what is too large for them, the first alert alone. */
function bodyOf(message: Message, alertsMax: number): unknown {
  const { alerts, groupKey } = message.notification;
  const bodyWith = (countMax: number) => {
    const truncatedAlerts = alertsMax > 0 ? Math.max(alerts.length - alertsMax, 0) : 0;
    return { ...message.body(countMax), version: "1", groupKey, truncatedAlerts };
  };
  const whole = bodyWith(alertsMax);
  const bytes = new TextEncoder().encode(JSON.stringify(whole)).length;
  return bytes <= bodyBytesMax ? whole : bodyWith(1);
}

function detailsOf({ text }: HttpAnswer): string {
  const answer = decodeAnswer(text);
  const errors = textsMember(answer, "errors").join(", ");
  return [textMember(answer, "message"), textMember(answer, "error"), errors]
    .filter((part) => part !== "")
    .join(": ");
}
