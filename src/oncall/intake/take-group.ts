/** Takes in what our own alerting part tells, without a key and without a request. */
import type { OnCall } from "../engine/on-call.ts";
import { RefusedError } from "../incident/decide.ts";
import type { Service } from "../roster.ts";
import { hourMs } from "../schedule/wall-clock.ts";
import { readAlertmanager } from "./alertmanager.ts";
import type { Fields } from "./decode-fields.ts";
import { findOwner } from "./owner.ts";
import type { IntakeReport } from "./report.ts";

export interface AlertGroup {
  /** Empty lets the labels say it. */
  readonly service: string;
  /** What Alertmanager's webhook says, in version 4. */
  readonly body: Fields;
}

/** That nobody owns an alert is noted again after this time. */
const noteAgainMs = hourMs;

/**
 * Resolves when it is in the log. Rejects with a `RefusedError` when it is about a service that is not
 * there; that is noted, because nobody is paged for it.
 */
export async function takeGroup(
  onCall: OnCall,
  { service: name, body }: AlertGroup,
): Promise<void> {
  const report = readAlertmanager(body);
  const roster = onCall.roster();
  const service = name === "" ? findOwner(roster, body) : roster.services.get(name);
  if (service !== undefined) await takeReport(onCall, service, report);
  else await refuse(onCall, name, report);
}

/** Opens an incident of the service, or does to the open one what the report says. */
export async function takeReport(
  onCall: OnCall,
  { name: service }: Service,
  { dedupKey, alert, action }: IntakeReport,
): Promise<void> {
  if (action === "trigger") {
    await onCall.trigger({ service, dedupKey, alert });
    return;
  }
  const open = onCall.ledger.findOpen(service, dedupKey);
  if (open === undefined) return;
  const kind = action === "acknowledge" ? "acknowledged" : "resolved";
  await onCall.command(open.id, { kind, by: alert.source, via: alert.source });
}

async function refuse(
  onCall: OnCall,
  name: string,
  { dedupKey: key, alert }: IntakeReport,
): Promise<never> {
  const detail = name === "" ? "no service owns it" : `there is no service ${name}`;
  await onCall.transact(({ ledger, nowMs }) =>
    ledger.wasSuppressed(key, "nobody", nowMs - noteAgainMs)
      ? []
      : [{ kind: "suppressed", alert: alert.title, key, cause: "nobody", detail }],
  );
  throw new RefusedError("not found", `${alert.title}: ${detail}`);
}
