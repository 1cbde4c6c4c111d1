/**
 * Tells the owners of objects what became of them: in the object's status, under the name of a
 * Prometheus (or Alertmanager) as the operator does, and in an Event when it cannot be used.
 */
import { asJsonObject, formatTime, type JsonObject } from "#api";
import type { ConfigResourceCondition } from "#api/monitoring/v1";
import { alertmanagerConfig } from "#api/monitoring/v1alpha1";
import { type Clock, describeError, type Logger } from "#base";
import type { Client, EventRecorder } from "#client";
import { operatedKey, type Verdict } from "./translation.ts";

export interface VerdictReporterDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventRecorder;
}

/** As whom the engine and its Alertmanager select objects; there is no object of this name. */
const workload = { group: "monitoring.coreos.com", name: "wherry", namespace: "kube-system" };
const reason = "InvalidConfiguration";

export class VerdictReporter {
  readonly #deps: VerdictReporterDeps;
  /** What was told of each object by an Event last. */
  #told = new Map<string, string>();

  constructor(deps: VerdictReporterDeps) {
    this.#deps = deps;
  }

  /** Tells what is new. A status that cannot be written is tried again with the next report. */
  async report(verdicts: readonly Verdict[], signal: AbortSignal): Promise<void> {
    const told = new Map<string, string>();
    for (const verdict of verdicts) {
      const key = operatedKey(verdict);
      if (verdict.problem !== undefined) {
        told.set(key, verdict.problem);
        if (this.#told.get(key) !== verdict.problem) this.#recordEvent(verdict, verdict.problem);
      }
      await this.#writeStatus(verdict, signal);
    }
    this.#told = told;
  }

  #recordEvent({ kind, object }: Verdict, problem: string): void {
    const { namespace = "", name } = object.metadata;
    const subject = {
      apiVersion: `${kind.package.group}/${kind.package.version}`,
      kind: kind.kind,
      metadata: object.metadata,
    };
    const who = JSON.stringify(`${namespace}/${name}`);
    const message = `${who} was rejected due to invalid configuration: ${problem}`;
    this.#deps.events.record(subject, { type: "Warning", reason, message });
  }

  async #writeStatus(verdict: Verdict, signal: AbortSignal): Promise<void> {
    const { client, clock, log } = this.#deps;
    const bindings = bindingsAfter(verdict, formatTime(clock.nowMs()));
    if (bindings === undefined) return;
    const { namespace = "", name } = verdict.object.metadata;
    const patch = { type: "merge", body: { status: { bindings } } } as const;
    try {
      await client.of(verdict.kind).patchStatus({ namespace, name }, patch, {}, signal);
    } catch (error) {
      // The object may be gone, or changed meanwhile; then there will be another report.
      if (signal.aborted) throw error;
      log.debug("writing the status of an object", { object: name, why: describeError(error) });
    }
  }
}

/** The bindings as they are to be; undefined when they say it already. */
export function bindingsAfter(verdict: Verdict, now: string): readonly JsonObject[] | undefined {
  const { object, problem, kind } = verdict;
  const resource = kind === alertmanagerConfig ? "alertmanagers" : "prometheuses";
  const present = object.status?.bindings ?? [];
  const own = present.find(
    (one) =>
      one.resource === resource &&
      one.name === workload.name &&
      one.namespace === workload.namespace,
  );
  const before = own?.conditions?.find(({ type }) => type === "Accepted");
  const { generation = 0 } = object.metadata;
  const wanted: ConfigResourceCondition = {
    type: "Accepted",
    status: problem === undefined ? "True" : "False",
    lastTransitionTime: now,
    observedGeneration: generation,
    ...(problem === undefined ? {} : { reason, message: problem }),
  };
  if (before !== undefined && isSame(before, wanted)) return undefined;
  const lastTransitionTime = before?.status === wanted.status ? before.lastTransitionTime : now;
  const binding = { ...workload, resource, conditions: [{ ...wanted, lastTransitionTime }] };
  const others = present.filter((one) => one !== own);
  return [...others, binding].map(asJsonObject);
}

function isSame(left: ConfigResourceCondition, right: ConfigResourceCondition): boolean {
  return (
    left.status === right.status &&
    left.reason === right.reason &&
    left.message === right.message &&
    Number(left.observedGeneration ?? 0) === Number(right.observedGeneration ?? 0)
  );
}
