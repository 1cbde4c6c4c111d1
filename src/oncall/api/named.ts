/** What a path names. */
import type { OnCall } from "../engine/on-call.ts";
import { RefusedError } from "../incident/decide.ts";
import type { Incident } from "../incident/incident.ts";
import type { User } from "../roster.ts";
import type { Schedule } from "../schedule/schedule.ts";

/** With what people agreed on. Throws a `RefusedError` when there is none of this name. */
export function getSchedule(onCall: OnCall, name: string): Schedule {
  const schedule = onCall.roster().schedules.get(name);
  if (schedule === undefined) throw new RefusedError("not found", `there is no schedule ${name}`);
  return schedule;
}

/** By its number or its id. Throws a `RefusedError` when there is none. */
export function getIncident({ ledger }: OnCall, name: string): Incident {
  const incident = ledger.find(name) ?? ledger.findByNumber(Number(name));
  if (incident === undefined) throw new RefusedError("not found", `there is no incident ${name}`);
  return incident;
}

/** Throws a `RefusedError` when there is none of this name. */
export function getUser(onCall: OnCall, name: string): User {
  const user = onCall.roster().users.get(name);
  if (user === undefined) throw new RefusedError("not found", `there is no user ${name}`);
  return user;
}
