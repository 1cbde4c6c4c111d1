/** Decides what to do next while a stack comes up: start, wait, or stop waiting. Pure. */
import type { DeployedService, Wait } from "../plan.ts";
import { isSettled, type ServiceProgress } from "./service-progress.ts";

export interface RolloutState {
  /** Dependencies first. */
  readonly services: readonly DeployedService[];
  readonly progress: ReadonlyMap<string, ServiceProgress>;
  /** Whose workloads have not been applied yet. */
  readonly unapplied: ReadonlySet<string>;
  /** Whose workloads this deployment has changed. */
  readonly changed: ReadonlySet<string>;
  /** Failed, and told to go on without them. */
  readonly abandoned: ReadonlySet<string>;
  /** Since when each service is as it should be. */
  readonly settledSinceMs: ReadonlyMap<string, number>;
  readonly nowMs: number;
  readonly deadlineMs: number;
  /** `started`: whoever deploys does not wait for what nobody else waits for. */
  readonly until: "stable" | "started";
}

export type Move =
  | { readonly kind: "start"; readonly services: readonly string[] }
  | { readonly kind: "wait" }
  | { readonly kind: "done" }
  | {
      readonly kind: "failed";
      readonly services: readonly string[];
      readonly reason: FailureReason;
    };

type FailureReason = "failed" | "timeout";

export function nextMove(state: RolloutState): Move {
  const failed = state.services.filter((service) => hasFailed(service, state));
  if (failed.length > 0) return { kind: "failed", services: namesOf(failed), reason: "failed" };

  const startable = state.services.filter(
    (service) => state.unapplied.has(service.name) && mayStart(service, state),
  );
  if (startable.length > 0) return { kind: "start", services: namesOf(startable) };

  const unsettled = state.services.filter((service) => !isStable(service, state));
  const isDone = state.until === "started" ? state.unapplied.size === 0 : unsettled.length === 0;
  if (isDone) return { kind: "done" };
  if (state.nowMs < state.deadlineMs) return { kind: "wait" };
  return { kind: "failed", services: namesOf(unsettled), reason: "timeout" };
}

/** Services that wait for one that will never come so far cannot start, and are not to blame. */
function hasFailed(service: DeployedService, state: RolloutState): boolean {
  const { name, update } = service;
  if (state.abandoned.has(name) || state.unapplied.has(name)) return false;
  const progress = state.progress.get(name);
  if (progress?.state === "failed") return !isOptional(name, state);
  if (progress?.state !== "updating" || progress.problem?.outlook !== "final") return false;
  const ratio = progress.failed / Math.max(1, progress.wanted);
  return ratio > update.failureRatioMax && !isOptional(name, state);
}

/** Whether it is only there for services that also start without it. */
function isOptional(name: string, { services }: RolloutState): boolean {
  const waits = services.flatMap((service) =>
    service.waits.filter((wait) => wait.service === name),
  );
  return waits.length > 0 && waits.every(({ required }) => !required);
}

function mayStart({ waits, host }: DeployedService, state: RolloutState): boolean {
  const needed = host === undefined ? waits : [];
  return needed.every((wait) => isMet(wait, state));
}

function isMet(wait: Wait, state: RolloutState): boolean {
  const progress = state.progress.get(wait.service);
  if (progress === undefined) return true;
  const hasEnded = progress.state === "failed" || progress.problem?.outlook === "final";
  if (!wait.required && (hasEnded || state.abandoned.has(wait.service))) return true;
  if (state.unapplied.has(wait.service)) return false;
  switch (wait.until) {
    case "started":
      return progress.hasStarted;
    case "healthy":
      return isSettled(progress);
    case "completed":
      return progress.state === "complete";
  }
}

/** As it should be, and for as long as it is to be watched. */
function isStable(service: DeployedService, state: RolloutState): boolean {
  if (state.abandoned.has(service.name)) return true;
  const progress = state.progress.get(service.name);
  if (state.unapplied.has(service.name) || progress === undefined) return false;
  if (progress.state === "failed" && isOptional(service.name, state)) return true;
  if (!isSettled(progress)) return false;
  if (progress.state === "complete" || !state.changed.has(service.name)) return true;
  const sinceMs = state.settledSinceMs.get(service.name) ?? state.nowMs;
  return state.nowMs - sinceMs >= service.update.monitorMs;
}

/** Since when each service is as it should be, after another look. A restart begins it anew. */
export function trackSettled(
  before: ReadonlyMap<string, number>,
  progress: readonly ServiceProgress[],
  previous: ReadonlyMap<string, ServiceProgress>,
  nowMs: number,
): ReadonlyMap<string, number> {
  return new Map(
    progress.filter(isSettled).map(({ service, restarts }) => {
      const isSteady = previous.get(service)?.restarts === restarts;
      return [service, isSteady ? (before.get(service) ?? nowMs) : nowMs];
    }),
  );
}

function namesOf(services: readonly DeployedService[]): readonly string[] {
  return services.map(({ name }) => name);
}
