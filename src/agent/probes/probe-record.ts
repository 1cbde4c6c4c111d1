/** How many outcomes in a row change a finding. Pure; the rules are upstream's kubelet's. */

import type { Probe } from "#api/core/v1";

export type ProbeKind = "startup" | "liveness" | "readiness";

export interface ProbeRecord {
  /** What counts now. */
  readonly finding: "unknown" | "good" | "bad";
  readonly lastWasGood: boolean | undefined;
  /** Outcomes like the last one in a row. */
  readonly runLength: number;
}

/** Before the first outcome a container is alive, but neither started nor ready. */
export function initialRecord(kind: ProbeKind): ProbeRecord {
  const findings = { startup: "unknown", liveness: "good", readiness: "bad" } as const;
  return { finding: findings[kind], lastWasGood: undefined, runLength: 0 };
}

export function nextRecord(record: ProbeRecord, isGood: boolean, probe: Probe): ProbeRecord {
  const runLength = record.lastWasGood === isGood ? record.runLength + 1 : 1;
  const threshold = isGood ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
  if (runLength < threshold) return { ...record, lastWasGood: isGood, runLength };
  return { finding: isGood ? "good" : "bad", lastWasGood: isGood, runLength };
}
