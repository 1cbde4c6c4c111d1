/** Incidents as the API shows them: JSON with times in RFC 3339, in UTC. */
import { findAwaited } from "../incident/upcoming.ts";
import type { Incident, Message } from "../incident/incident.ts";
import { plan } from "../incident/plan.ts";
import type { Reason } from "../incident/why.ts";
import type { AlertReason } from "../report/why-alert.ts";
import { optionalTime, timeText } from "./views.ts";

export function incidentView(incident: Incident) {
  const [next] = plan(incident);
  return {
    id: incident.id,
    number: incident.number,
    status: incident.status,
    urgency: incident.urgency,
    service: incident.service,
    team: incident.team,
    title: incident.alert.title,
    details: incident.alert.details,
    severity: incident.alert.severity,
    source: incident.alert.source,
    links: incident.alert.links,
    dedupKey: incident.dedupKey,
    alertCount: incident.alertCount,
    policy: incident.snapshot.policy.name,
    openedAt: timeText(incident.openedAtMs),
    acknowledgedAt: optionalTime(incident.acknowledgedAtMs),
    acknowledgedBy: incident.acknowledgedBy,
    quietUntil: optionalTime(incident.quietUntilMs),
    resolvedAt: optionalTime(incident.resolvedAtMs),
    resolvedBy: incident.resolvedBy,
    isExhausted: incident.isExhausted,
    quietCause: incident.quietCause && {
      cause: incident.quietCause.cause,
      detail: incident.quietCause.detail,
    },
    verdict: incident.verdict,
    nextAction: next === undefined ? undefined : { kind: next.kind, dueAt: timeText(next.dueMs) },
    awaited: awaitedView(incident),
    messages: [...incident.messages.values()].map(messageView),
  };
}

/** With what a page about it needs: whom it can be given to. */
export function incidentDetailView(incident: Incident) {
  const { users, policy } = incident.snapshot;
  return {
    ...incidentView(incident),
    people: users.map(({ id, fullName }) => ({ name: id, fullName })),
    steps: policy.steps.length,
  };
}

/** What comes next by itself; absent when nothing does. */
function awaitedView(incident: Incident) {
  const awaited = findAwaited(incident);
  if (awaited === undefined) return undefined;
  const { dueMs, people, text } = awaited;
  return { dueAt: timeText(dueMs), people, text };
}

export function reasonView({ atMs, ...rest }: Reason | AlertReason) {
  return { at: timeText(atMs), ...rest };
}

function messageView(message: Message) {
  return {
    id: message.id,
    purpose: message.purpose,
    user: message.user,
    kind: message.contact.kind,
    contact: message.contact.id,
    round: message.round + 1,
    step: message.step + 1,
    reason: message.reason,
    state: message.state,
    attempts: message.attemptCount,
    dueAt: timeText(message.retryAtMs ?? message.dueMs),
    startedAt: optionalTime(message.startedAtMs),
    endedAt: optionalTime(message.endedAtMs),
    error: message.error,
  };
}
