/** What a notification says, as data: for templates, and as the JSON that webhooks are sent. */
import { functionOf, type GoList, type GoStruct, type GoValue, goTime } from "#gotemplate";
import { type Labels, labelPairs } from "#series";
import { type Alert, commonLabels, isResolved } from "../alert/alert.ts";
import type { Notification } from "../notify/integration.ts";
import { kvOf } from "./label-values.ts";

/** The notification as templates see it: upstream's `Data`. */
export function templateData(notification: Notification, externalUrl: string): GoStruct {
  const { alerts, nowMs } = notification;
  return structOf("*template.Data", [
    ["Receiver", quoteMeta(notification.receiver)],
    ["Status", statusOf(alerts, nowMs)],
    ["Alerts", alertsOf(alerts.map((alert) => alertData(alert, nowMs)))],
    ["NotificationReason", notification.reason],
    ["GroupLabels", kvOf(notification.groupLabels)],
    ["CommonLabels", kvOf(commonOf(alerts, "labels"))],
    ["CommonAnnotations", kvOf(commonOf(alerts, "annotations"))],
    ["RouteLabels", kvOf(notification.routeLabels)],
    ["ExternalURL", externalUrl],
  ]);
}

/** The notification in JSON: what upstream's `Data` is in it. */
export function notificationBody(
  notification: Notification,
  externalUrl: string,
): Readonly<Record<string, unknown>> {
  const { alerts, nowMs } = notification;
  return {
    receiver: quoteMeta(notification.receiver),
    status: statusOf(alerts, nowMs),
    alerts: alerts.map((alert) => alertBody(alert, nowMs)),
    notification_reason: notification.reason,
    groupLabels: objectOf(notification.groupLabels),
    commonLabels: objectOf(commonOf(alerts, "labels")),
    commonAnnotations: objectOf(commonOf(alerts, "annotations")),
    routeLabels: objectOf(notification.routeLabels),
    externalURL: externalUrl,
  };
}

/** `firing` as long as one of them fires. */
export function statusOf(alerts: readonly Alert[], nowMs: number): "firing" | "resolved" {
  return alerts.some((alert) => !isResolved(alert, nowMs)) ? "firing" : "resolved";
}

/** The zero time of Go: an alert that fires has no end. */
const noTime = "0001-01-01T00:00:00Z";
const noTimeNanoseconds = BigInt(Date.parse(noTime)) * 1_000_000n;

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

function alertData(alert: Alert, nowMs: number): GoStruct {
  const isOver = isResolved(alert, nowMs);
  const endsAt = isOver ? BigInt(alert.endsAtMs) * 1_000_000n : noTimeNanoseconds;
  return structOf("template.Alert", [
    ["Status", isOver ? "resolved" : "firing"],
    ["Labels", kvOf(alert.labels)],
    ["Annotations", kvOf(alert.annotations)],
    ["StartsAt", goTime(BigInt(alert.startsAtMs) * 1_000_000n)],
    ["EndsAt", goTime(endsAt)],
    ["GeneratorURL", alert.generatorUrl],
    ["Fingerprint", alert.fingerprint],
  ]);
}

function alertsOf(alerts: readonly GoStruct[]): GoList {
  const having = (status: string) =>
    functionOf([], () => ({
      kind: "list",
      typeName: "[]template.Alert",
      elementType: "template.Alert",
      items: alerts.filter((alert) => alert.fields.get("Status") === status),
    }));
  return {
    kind: "list",
    typeName: "template.Alerts",
    elementType: "template.Alert",
    items: alerts,
    methods: new Map([
      ["Firing", having("firing")],
      ["Resolved", having("resolved")],
    ]),
  };
}

function structOf(typeName: string, fields: readonly (readonly [string, GoValue])[]): GoStruct {
  return { kind: "struct", typeName, fields: new Map(fields), methods: new Map(), text: undefined };
}

function commonOf(alerts: readonly Alert[], part: "labels" | "annotations"): Labels {
  return commonLabels(alerts.map((alert) => alert[part]));
}

function objectOf(labels: Labels): Readonly<Record<string, string>> {
  return Object.fromEntries(labelPairs(labels));
}

/** Ready to stand in a regular expression, for links to the pages, which filter by one. */
function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
