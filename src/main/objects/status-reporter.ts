/**
 * Tells the owners of objects what became of them: in conditions and further fields of the status, which is
 * written when it changes and only then, and in an Event when something keeps the object from working.
 */
import {
  type AnyKind,
  apiVersionOf,
  asJsonObject,
  formatTime,
  isSemanticallyEqual,
  type JsonObject,
} from "#api";
import type { Condition, ObjectMeta } from "#api/meta/v1";
import { type Clock, describeError, type Logger } from "#base";
import type { Client, EventRecorder } from "#client";
import { conditionsAfter, type WantedCondition } from "#oncallkinds";

export interface StatusReport {
  readonly kind: AnyKind;
  readonly object: ReportedObject;
  readonly conditions: readonly WantedCondition[];
  /** What the status has beside conditions. */
  readonly further: object;
}

interface ReportedObject {
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly status?: { readonly conditions?: readonly Condition[] | undefined } | undefined;
}

export interface StatusReporterDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventRecorder;
}

/** Those of which an Event tells when they do not hold. */
const eventTypes: ReadonlySet<string> = new Set(["Accepted", "ResolvedRefs", "PreFlight"]);

export class StatusReporter {
  readonly #deps: StatusReporterDeps;
  /** By object and condition: what an Event told last. */
  #told = new Map<string, string>();

  constructor(deps: StatusReporterDeps) {
    this.#deps = deps;
  }

  /** Tells what is new. A status that cannot be written is tried again with the next report. */
  async report(reports: readonly StatusReport[], signal: AbortSignal): Promise<void> {
    const told = new Map<string, string>();
    for (const report of reports) {
      for (const condition of report.conditions) {
        if (condition.status !== "False" || !eventTypes.has(condition.type)) continue;
        const key = `${report.kind.kind} ${report.object.metadata.uid ?? ""} ${condition.type}`;
        told.set(key, condition.message);
        if (this.#told.get(key) !== condition.message) this.#recordEvent(report, condition);
      }
      await this.#writeStatus(report, signal);
    }
    this.#told = told;
  }

  #recordEvent({ kind, object }: StatusReport, { reason, message }: WantedCondition): void {
    const subject = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: object.metadata };
    this.#deps.events.record(subject, { type: "Warning", reason, message });
  }

  async #writeStatus(report: StatusReport, signal: AbortSignal): Promise<void> {
    const { client, clock, log } = this.#deps;
    const status = statusChange(report, formatTime(clock.nowMs()));
    if (status === undefined) return;
    const { namespace = "", name } = report.object.metadata;
    const patch = { type: "merge", body: { status } } as const;
    try {
      await client.of(report.kind).patchStatus({ namespace, name }, patch, {}, signal);
    } catch (error) {
      // The object may be gone, or changed meanwhile; then there will be another report.
      if (signal.aborted) throw error;
      log.debug("writing the status of an object", { object: name, why: describeError(error) });
    }
  }
}

/** What is to be written over the status, as a merge patch; undefined when it says it already. */
export function statusChange(report: StatusReport, now: string): JsonObject | undefined {
  const { kind, object, conditions, further } = report;
  const { generation = 0 } = object.metadata;
  const present = asJsonObject(object.status ?? {});
  const at = { generation: Number(generation), now };
  const wanted = asJsonObject({
    observedGeneration: Number(generation),
    conditions: conditionsAfter(object.status?.conditions, conditions, at),
    ...further,
  });
  const schema = kind.fields["status"];
  if (schema !== undefined && isSemanticallyEqual(schema.schema, present, wanted)) return undefined;
  const gone = Object.keys(present).filter((name) => wanted[name] === undefined);
  return { ...wanted, ...Object.fromEntries(gone.map((name) => [name, null])) };
}
