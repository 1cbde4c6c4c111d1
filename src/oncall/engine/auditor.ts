/**
 * Watches over paging itself. Every incident that nobody has answered must have something that is to
 * be done next, and nothing that should have been done long ago. Only while that holds, somebody
 * outside is told that all is well; when they hear nothing, they know.
 */
import { type Clock, describeError, type Logger, sleep } from "#base";
import { type Incident, isEscalating } from "../incident/incident.ts";
import { plan } from "../incident/plan.ts";

export interface Finding {
  readonly incident: number;
  readonly problem: string;
}

/** How late an action may be before it counts as not done. */
const latenessMaxMs = 30_000;

/** What is wrong with paging now. */
export function audit(incidents: Iterable<Incident>, nowMs: number): readonly Finding[] {
  const findings: Finding[] = [];
  for (const incident of incidents) {
    if (!isEscalating(incident)) continue;
    const problem = problemOf(incident, nowMs);
    if (problem !== undefined) findings.push({ incident: incident.number, problem });
  }
  return findings;
}

function problemOf(incident: Incident, nowMs: number): string | undefined {
  if (incident.isExhausted) return "all rounds are over and nobody acknowledged";
  const [next] = plan(incident);
  if (next === undefined) return "nothing is to be done next";
  const lateMs = nowMs - next.dueMs;
  return lateMs > latenessMaxMs ? `${next.kind} is ${Math.round(lateMs / 1000)} s late` : undefined;
}

export interface AuditorDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly incidents: () => Iterable<Incident>;
  readonly nowMs: () => number;
  /** Hears of each audit. */
  readonly onAudited: (findings: readonly Finding[]) => void;
  /** Tells the one outside that all is well. Rejects when that could not be told. */
  readonly beat: (signal: AbortSignal) => Promise<void>;
}

/** Audits in this interval until the signal aborts, and beats only when nothing was found. */
export async function runAuditor(
  deps: AuditorDeps,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const findings = audit(deps.incidents(), deps.nowMs());
      deps.onAudited(findings);
      for (const finding of findings) deps.log.warn("paging is not well", { ...finding });
      if (findings.length === 0) await deps.beat(signal);
      await sleep(deps.clock, intervalMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      deps.log.warn("the heartbeat was not heard", { error: describeError(error) });
      await sleep(deps.clock, intervalMs, signal).catch(() => {});
    }
  }
}
