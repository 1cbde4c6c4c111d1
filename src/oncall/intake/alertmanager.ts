/**
 * Alertmanager's webhook, version 4: one incident for a group. Our own alerting part sends the same.
 * Source of the format: `notify/webhook` of Alertmanager 0.34.
 */
import { demandOf, worstSeverity } from "../incident/demand.ts";
import { type Fields, linesOf, objectIn, objectsIn, textIn } from "./decode-fields.ts";
import { IntakeError, type IntakeReport } from "./report.ts";

const alertsShownMax = 20;

export function readAlertmanager(body: Fields): IntakeReport {
  const status = textIn(body, "status");
  const groupKey = textIn(body, "groupKey");
  if (status !== "firing" && status !== "resolved") {
    throw new IntakeError([`status is neither firing nor resolved but "${status}"`]);
  }
  if (groupKey === "") throw new IntakeError(["groupKey is missing"]);
  const annotations = objectIn(body, "commonAnnotations");
  const labels = { ...objectIn(body, "groupLabels"), ...objectIn(body, "commonLabels") };
  const alerts = objectsIn(body, "alerts");
  const { worst, ...urgency } = urgencyOf(alerts, labels);
  return {
    action: status === "firing" ? "trigger" : "resolve",
    dedupKey: groupKey,
    alert: {
      title: titleOf(annotations, labels, { alerts, worst }),
      details: detailsOf(annotations, alerts),
      links: linksOf(body, annotations, worst),
      source: "alertmanager",
      ...urgency,
    },
  };
}

/**
 * A group is as severe as the worst of its alerts that fires. A page that its sender holds back says
 * so in an annotation, unless another alert of the group pages all the same.
 */
function urgencyOf(alerts: readonly Fields[], groupLabels: Fields) {
  const severityIn = (labels: Fields) => textIn(labels, "severity") || "critical";
  const severityOf = (alert: Fields) => severityIn(objectIn(alert, "labels"));
  const firing = alerts.filter((alert) => textIn(alert, "status") !== "resolved");
  const severity = worstSeverity(firing.map(severityOf)) ?? severityIn(groupLabels);
  const [worst = alerts[0] ?? {}, ...others] = firing.filter(
    (alert) => severityOf(alert) === severity,
  );
  const reasons = [worst, ...others].map((alert) =>
    textIn(objectIn(alert, "annotations"), "held_back"),
  );
  // One that is as severe and was never to page says nothing about the others.
  const heldBack = pagesSomebody(severity) ? "" : reasons.find((reason) => reason !== "");
  return { worst, severity, heldBack: heldBack ?? "" };
}

function pagesSomebody(severity: string): boolean {
  const demand = demandOf(severity, []);
  return demand === "page" || demand === "page both";
}

function titleOf(
  annotations: Fields,
  labels: Fields,
  { alerts, worst }: { readonly alerts: readonly Fields[]; readonly worst: Fields },
): string {
  const summary = textIn(annotations, "summary") || textIn(annotations, "title");
  if (summary !== "") return summary;
  const own = textIn(objectIn(worst, "annotations"), "summary");
  const name = textIn(labels, "alertname") || textIn(objectIn(worst, "labels"), "alertname");
  const count = alerts.length > 1 ? ` (${alerts.length} alerts)` : "";
  return `${own || name || "alerts"}${count}`;
}

function detailsOf(annotations: Fields, alerts: readonly Fields[]): string {
  const description = textIn(annotations, "description");
  const lines = alerts.slice(0, alertsShownMax).map((alert) => {
    const labels = linesOf(objectIn(alert, "labels")).join(", ");
    return `${textIn(alert, "status")}: ${labels}`;
  });
  const rest = alerts.length - lines.length;
  const more = rest > 0 ? [`and ${rest} more`] : [];
  return [...(description === "" ? [] : [description]), ...lines, ...more].join("\n");
}

function linksOf(body: Fields, annotations: Fields, worst: Fields) {
  const named: readonly (readonly [text: string, href: string])[] = [
    ["Runbook", textIn(annotations, "runbook_url")],
    ["Dashboard", textIn(annotations, "dashboard_url")],
    ["Source", textIn(worst, "generatorURL")],
    ["Alertmanager", textIn(body, "externalURL")],
  ];
  return named.flatMap(([text, href]) => (/^https?:\/\//.test(href) ? [{ text, href }] : []));
}
