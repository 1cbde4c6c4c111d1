/** Tells a server by a POST with JSON: the body that Alertmanager has sent since version 4 of it. */
import type { Clock, Disk } from "#base";
import { readBody } from "#http";
import type { HttpClient } from "#outbound";
import { type Labels, labelPairs } from "#series";
import { type Alert, commonLabels, isResolved } from "../alert/alert.ts";
import type { WebhookConfig } from "../config/webhook-config.ts";
import { type Integration, type Notification, SendError } from "./integration.ts";

export interface WebhookDeps {
  readonly clock: Clock;
  readonly client: HttpClient;
  readonly disk: Pick<Disk, "readFile">;
  /** Where this program's own pages are, for links. */
  readonly externalUrl: string;
}

export function webhookIntegration(
  deps: WebhookDeps,
  config: WebhookConfig,
  index: number,
): Integration {
  return {
    name: "webhook",
    index,
    sendsResolved: config.sendsResolved,
    send: async (notification, signal) => {
      const url = await addressOf(deps, config);
      const body = JSON.stringify(webhookBody(notification, config, deps.externalUrl));
      const late = new AbortController();
      const timeoutMs = config.timeoutMs > 0 ? config.timeoutMs : Number.POSITIVE_INFINITY;
      using _timer = Number.isFinite(timeoutMs)
        ? deps.clock.schedule(timeoutMs, () => late.abort(new Error("context deadline exceeded")))
        : undefined;
      await post(deps.client, url, body, AbortSignal.any([signal, late.signal]));
    },
  };
}

/** The message; of more than `max_alerts` alerts the first ones. */
function webhookBody(
  notification: Notification,
  { alertsMax }: Pick<WebhookConfig, "alertsMax">,
  externalUrl: string,
): unknown {
  const { alerts, nowMs, receiver, groupLabels, groupKey } = notification;
  const sent = alertsMax > 0 ? alerts.slice(0, alertsMax) : alerts;
  const isFiring = sent.some((alert) => !isResolved(alert, nowMs));
  return {
    receiver,
    status: isFiring ? "firing" : "resolved",
    alerts: sent.map((alert) => alertBody(alert, nowMs)),
    groupLabels: objectOf(groupLabels),
    commonLabels: objectOf(commonLabels(sent.map(({ labels }) => labels))),
    commonAnnotations: objectOf(commonLabels(sent.map(({ annotations }) => annotations))),
    externalURL: externalUrl,
    version: "4",
    groupKey,
    truncatedAlerts: alerts.length - sent.length,
    notification_reason: notification.reason,
  };
}

const userAgent = "Alertmanager/0.34.0";
/** The zero time of Go: an alert that fires has no end. */
const noTime = "0001-01-01T00:00:00Z";
const answerBytesMax = 64 * 1024;

function alertBody(alert: Alert, nowMs: number): unknown {
  const isOver = isResolved(alert, nowMs);
  return {
    status: isOver ? "resolved" : "firing",
    labels: objectOf(alert.labels),
    annotations: objectOf(alert.annotations),
    startsAt: new Date(alert.startsAtMs).toISOString(),
    endsAt: isOver ? new Date(alert.endsAtMs).toISOString() : noTime,
    generatorURL: alert.generatorUrl,
    fingerprint: alert.fingerprint,
  };
}

function objectOf(labels: Labels): Readonly<Record<string, string>> {
  return Object.fromEntries(labelPairs(labels));
}

async function addressOf({ disk }: WebhookDeps, { url, urlFile }: WebhookConfig): Promise<string> {
  if (urlFile === "") return url;
  try {
    return new TextDecoder().decode(await disk.readFile(urlFile)).trim();
  } catch (error) {
    throw new SendError("read url_file", { isRetryable: false, cause: error });
  }
}

async function post(
  client: HttpClient,
  url: string,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  const headers = { "content-type": "application/json", "user-agent": userAgent };
  const request = { method: "POST", url, headers, unixPath: undefined };
  const bytes = new TextEncoder().encode(body);
  let status: number;
  let answer: Uint8Array;
  try {
    const response = await client.send({ ...request, body: bytes }, signal);
    status = response.status;
    answer = await readBody({ ...request, target: "", body: response.body }, answerBytesMax);
  } catch (error) {
    // Whoever does not answer may do so later.
    throw new SendError(`Post "<redacted>"`, { isRetryable: true, cause: error });
  }
  if (status >= 200 && status < 300) return;
  const text = new TextDecoder().decode(answer).slice(0, 1024);
  throw new SendError(`unexpected status code ${status}: ${text}`, {
    isRetryable: status >= 500 && status < 600,
  });
}
