/** A server of one's own: a POST with JSON, in the form that Alertmanager has sent since version 4 of it. */
import { describeError, quoteGo } from "#base";
import {
  durationMs,
  field,
  integer,
  parsed,
  path,
  shownSecret,
  struct,
  type StructType,
  type ValueOf,
  type YamlType,
} from "#promconfig";
import { bothProblem } from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import { templateTextProblem } from "../template/notification-templates.ts";
import { callSuccessfully, retryRule } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  readSecretOption,
  type ReceiverKind,
  withGlobalHttp,
  withTimeout,
} from "./receiver-kind.ts";
import { anyYaml, type PlainValue, renderedValue } from "./templated-value.ts";

/** An address that may be a template, and is not shown: it is often all that keeps others out. */
const templateUrl: YamlType<string> = {
  ...parsed({
    goType: "string",
    zero: "",
    parse: (written) => {
      const problem = addressProblem(written);
      if (problem !== undefined) throw new Error(problem);
      return written;
    },
    format: (written) => written,
    isEmpty: (written) => written === "",
  }),
  // What is shown must be an address all the same: amtool reads it as one.
  encode: (value) => ({
    kind: "text",
    text: URL.canParse(value) ? `${new URL(value).origin}/${shownSecret}` : shownSecret,
  }),
};

function addressProblem(written: string): string | undefined {
  if (written === shownSecret || written === "") return undefined;
  if (written.includes("{{")) {
    const problem = templateTextProblem(written);
    return problem === undefined ? undefined : `invalid template syntax: ${problem}`;
  }
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(written)?.[1]?.toLowerCase() ?? "";
  if (scheme !== "http" && scheme !== "https") {
    return `invalid URL: unsupported scheme ${quoteGo(scheme)} for URL`;
  }
  return URL.canParse(written) ? undefined : "invalid URL: missing host for URL";
}

const parts = {
  ...httpReceiverParts(true),
  url: field("url", templateUrl),
  urlFile: field("url_file", path),
  /** 0 sends all alerts of a group. */
  alertsMax: field("max_alerts", integer),
  /** 0 leaves it to the group's time. */
  timeoutMs: field("timeout", durationMs),
  /** What is sent in place of the usual body. */
  payload: field("payload", anyYaml),
} as const;

type WebhookConfig = ValueOf<typeof parts>;
const type: StructType<WebhookConfig> = struct("webhook.plain", parts, {
  check: ({ url, urlFile, alertsMax }) => {
    if (url === "" && urlFile === "") return "one of url or url_file must be configured";
    if (alertsMax < 0) return "max_alerts cannot be negative";
    return bothProblem(["url", url], ["url_file", urlFile]);
  },
});

export const webhookKind: ReceiverKind<WebhookConfig> = {
  name: "webhook",
  type,
  complete: withGlobalHttp,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const option = { text: config.url, file: config.urlFile, name: "url_file" };
      const template = await readSecretOption(deps.disk, option);
      const url = message.address(template, "webhook URL");
      const body = bodyOf(message, config);
      const limit = { ms: config.timeoutMs, what: "webhook", signal };
      await withTimeout(deps.clock, limit, (within) =>
        callSuccessfully(client, { method: "POST", url, body }, retryRule, within),
      );
    }),
};

function bodyOf(message: Message, { alertsMax, payload }: WebhookConfig): unknown {
  const { alerts, groupKey } = message.notification;
  if (payload !== undefined) return payloadOf(message, payload);
  const truncatedAlerts = alertsMax > 0 ? Math.max(alerts.length - alertsMax, 0) : 0;
  return { ...message.body(alertsMax), version: "4", groupKey, truncatedAlerts };
}

/** A payload of one's own has a form of its own: there is no plain one to fall back to. */
function payloadOf(message: Message, payload: PlainValue): unknown {
  try {
    const render = (text: string) => message.address(text, "webhook payload");
    return renderedValue(payload, render) ?? null;
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    throw new SendError(`failed to render custom payload: ${describeError(error)}`, {
      isRetryable: false,
      reason: "clientError",
      cause: error,
    });
  }
}
