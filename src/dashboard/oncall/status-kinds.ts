import type { IncidentStatus } from "./wire.ts";

/** How good a state is, as badges show it. */
export const statusKinds = {
  triggered: "bad",
  acknowledged: "waiting",
  snoozed: "waiting",
  resolved: "good",
} as const satisfies Readonly<Record<IncidentStatus, string>>;
