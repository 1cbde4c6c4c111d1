/** The objects of on-call, of all namespaces. */
import type { AnyKind, Live } from "#api";
import {
  escalationPolicy,
  onCallConfig,
  onCallHeartbeat,
  onCallSchedule,
  onCallService,
  onCallTeam,
  onCallUser,
  type EscalationPolicy,
  type OnCallConfig,
  type OnCallHeartbeat,
  type OnCallSchedule,
  type OnCallService,
  type OnCallTeam,
  type OnCallUser,
} from "#api/oncall/v1";

export interface OnCallObjects {
  readonly users: readonly Live<OnCallUser>[];
  readonly teams: readonly Live<OnCallTeam>[];
  readonly schedules: readonly Live<OnCallSchedule>[];
  readonly policies: readonly Live<EscalationPolicy>[];
  readonly services: readonly Live<OnCallService>[];
  readonly heartbeats: readonly Live<OnCallHeartbeat>[];
  readonly configs: readonly Live<OnCallConfig>[];
}

/** What all of them have. */
export interface OnCallObject {
  readonly metadata: Live<OnCallUser>["metadata"];
  readonly spec: object;
  readonly status?: OnCallUser["status"];
}

export type OnCallSection = keyof OnCallObjects;

/** The kind of each list; the lists are called as in the file. */
export const onCallKinds = {
  users: onCallUser,
  teams: onCallTeam,
  schedules: onCallSchedule,
  policies: escalationPolicy,
  services: onCallService,
  heartbeats: onCallHeartbeat,
  configs: onCallConfig,
} as const satisfies Readonly<Record<OnCallSection, AnyKind>>;

export const namedSections = [
  "users",
  "teams",
  "schedules",
  "policies",
  "services",
  "heartbeats",
] as const satisfies readonly OnCallSection[];
