/** What the API shows of what is known, as JSON. Times are RFC 3339 in UTC. */
import type { Incident, Message } from "../incident/incident.ts";
import { plan } from "../incident/plan.ts";
import type { Duty, Schedule } from "../schedule/schedule.ts";

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
    verdict: incident.verdict,
    nextAction: next === undefined ? undefined : { kind: next.kind, dueAt: timeText(next.dueMs) },
    messages: [...incident.messages.values()].map(messageView),
  };
}

function messageView(message: Message) {
  return {
    id: message.id,
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

export function scheduleView(schedule: Schedule, duties: readonly Duty[]) {
  return {
    name: schedule.name,
    timeZone: schedule.zoneName,
    layers: schedule.layers.map(({ name, rotation }) => ({ name, members: rotation.members })),
    overrides: schedule.overrides.map((override) => ({
      id: override.id,
      user: override.user,
      replaces: override.replaces,
      from: timeText(override.fromMs),
      until: timeText(override.untilMs),
    })),
    final: duties.map(dutyView),
  };
}

export function dutyView({ user, by, fromMs, untilMs }: Duty) {
  return { user: user ?? null, by, from: timeText(fromMs), until: timeText(untilMs) };
}

export function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}

function optionalTime(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : timeText(atMs);
}
