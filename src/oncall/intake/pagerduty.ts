/**
 * PagerDuty's Events API, version 2: `enqueue` with trigger, acknowledge and resolve.
 * Source of the format: developer.pagerduty.com, "Send an event".
 */
import { type Fields, linesOf, objectIn, objectsIn, textIn } from "./decode-fields.ts";
import { IntakeError, type IntakeReport } from "./report.ts";

const actions = ["trigger", "acknowledge", "resolve"] as const;
const severities: ReadonlySet<string> = new Set(["critical", "error", "warning", "info"]);
const summaryMax = 1_024;
const dedupKeyMax = 255;

export interface PagerdutyEvent extends IntakeReport {
  readonly routingKey: string;
}

/** `newKey` is the key of a trigger that has none. Throws an `IntakeError` in PagerDuty's words. */
export function readPagerduty(body: Fields, newKey: string): PagerdutyEvent {
  const action = actions.find((one) => one === textIn(body, "event_action"));
  const dedupKey = textIn(body, "dedup_key");
  const payload = objectIn(body, "payload");
  const problems = [
    ...(textIn(body, "routing_key") === "" ? ["'routing_key' is missing or blank"] : []),
    ...(action === undefined
      ? ["'event_action' is not one of: trigger, acknowledge, resolve"]
      : []),
    ...(dedupKey.length > dedupKeyMax
      ? [`'dedup_key' is longer than ${dedupKeyMax} characters`]
      : []),
    ...(action === "trigger" ? payloadProblems(payload) : []),
    ...(action !== "trigger" && dedupKey === "" ? ["'dedup_key' is missing or blank"] : []),
  ];
  if (action === undefined || problems.length > 0) throw new IntakeError(problems);
  return {
    routingKey: textIn(body, "routing_key"),
    action,
    dedupKey: dedupKey === "" ? newKey : dedupKey,
    alert: {
      title: textIn(payload, "summary").slice(0, summaryMax),
      details: detailsOf(payload),
      severity: textIn(payload, "severity"),
      source: "pagerduty",
      links: linksOf(body),
      heldBack: "",
    },
  };
}

function payloadProblems(payload: Fields): readonly string[] {
  const blank = ["summary", "source", "severity"].filter((name) => textIn(payload, name) === "");
  const severity = textIn(payload, "severity");
  const isKnown = severity === "" || severities.has(severity);
  return [
    ...blank.map((name) => `'payload.${name}' is missing or blank`),
    ...(isKnown
      ? []
      : [
          "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
        ]),
  ];
}

function detailsOf(payload: Fields): string {
  const named = ["source", "component", "group", "class"].flatMap((name) => {
    const value = textIn(payload, name);
    return value === "" ? [] : [`${name}: ${value}`];
  });
  return [...named, ...linesOf(objectIn(payload, "custom_details"))].join("\n");
}

function linksOf(body: Fields) {
  const links = objectsIn(body, "links").map((link) => {
    const href = textIn(link, "href");
    return { text: textIn(link, "text") || href, href };
  });
  const client = { text: textIn(body, "client") || "Source", href: textIn(body, "client_url") };
  return [...links, client].filter(({ href }) => /^https?:\/\//.test(href));
}
