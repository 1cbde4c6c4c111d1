/**
 * What to do next for one pod. Pure: from the pod, what the runtime says, and what the agent
 * remembers (probes, back-offs), to a list of actions and the reasons why containers wait.
 *
 * Order of things: one ready sandbox; init containers one after the other, of which those with
 * `restartPolicy: Always` ("sidecars") keep running beside the rest; then all containers at once.
 * Ephemeral containers are started once each, as soon as there is a sandbox, and count for nothing.
 * Source of the rules: upstream's kubelet (`computePodActions`).
 */

import type { Live } from "#api";
import type { Container, EphemeralContainer, Pod } from "#api/core/v1";
import type { ContainerStatus } from "../runtime-state.ts";
import type { ContainerResize, ResizePlan } from "../resize/plan-resize.ts";
import { containerHashAnnotation } from "./labels.ts";
import { isRunning, latestOf, type ObservedPod } from "./observed.ts";

export type Action =
  | { readonly kind: "createSandbox"; readonly attempt: number }
  /** Stops the sandbox and everything in it. */
  | { readonly kind: "stopSandbox"; readonly id: string }
  | {
      readonly kind: "start";
      readonly container: Container;
      readonly attempt: number;
      /** The runtime's id of the container whose processes this one is to see. */
      readonly targetId?: string;
    }
  | {
      readonly kind: "kill";
      readonly container: Container;
      readonly id: string;
      readonly why: KillReason;
    }
  /** Brings what is set aside for the pod into effect, in containers that go on running. */
  | { readonly kind: "resize"; readonly updates: readonly ContainerResize[] };

interface KillReason {
  /** Said in the Killing event. */
  readonly message: string;
  /** Replaces the pod's own grace period. */
  readonly graceSeconds?: number | undefined;
  /** The container is to start anew at once, whatever the restart policy says of how it ends. */
  readonly restarts?: boolean;
}

export interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

export interface PodPlan {
  readonly actions: readonly Action[];
  /** Why containers that do not run do not run, by name. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** When to look again although nothing changes; undefined: no need. */
  readonly revisitAfterMs: number | undefined;
}

/** What probes found out, by container id. */
export interface ProbeFindings {
  /** Whether the container has started, as far as a startup probe tells; true without one. */
  hasStarted(containerId: string): boolean;
  isReady(containerId: string): boolean;
  /** The probe that condemned the container, with what it said. */
  findFailure(
    containerId: string,
  ): { readonly probe: "liveness" | "startup"; readonly message: string } | undefined;
}

/** Milliseconds that a container must still wait before it is started again; 0: not at all. */
type BackoffOf = (
  container: Container,
  ended: ContainerStatus,
) => {
  readonly remainingMs: number;
  readonly delayMs: number;
};

export interface PlanInput {
  readonly pod: Live<Pod>;
  readonly observed: ObservedPod;
  readonly probes: ProbeFindings;
  readonly backoffOf: BackoffOf;
  /** The pod has to end: it is being deleted, was evicted, or ran past its deadline. */
  readonly isEnding: boolean;
  /** Replaces the pod's own grace period when it has to end. */
  readonly endGraceSeconds?: number | undefined;
  readonly hashOf: (container: Container) => string;
  readonly resize: ResizePlan;
  /** Whether the agent ended this container only to start it anew. */
  readonly isRestarting: (containerId: string) => boolean;
}

export function planPod(input: PlanInput): PodPlan {
  if (input.isEnding) return planEnd(input);
  const [sandbox] = input.observed.sandboxes;
  if (hasEnded(input)) return planEnd(input);
  if (sandbox === undefined || sandbox.state !== "ready") return planSandbox(input);
  return planContainers(input);
}

function planEnd({ pod, observed, endGraceSeconds }: PlanInput): PodPlan {
  const why = { message: "", graceSeconds: endGraceSeconds };
  const kills = allContainersOf(pod.spec).flatMap((container): readonly Action[] =>
    (observed.containers.get(container.name) ?? []).flatMap((status) =>
      status.state === "running" ? [{ kind: "kill", container, id: status.id, why }] : [],
    ),
  );
  const actions: readonly Action[] =
    kills.length > 0
      ? kills
      : observed.sandboxes
          .filter(({ state }) => state === "ready")
          .map(({ id }) => ({ kind: "stopSandbox", id }));
  return { actions, waiting: new Map(), revisitAfterMs: undefined };
}

function planSandbox({ pod, observed }: PlanInput): PodPlan {
  const old: readonly Action[] = observed.sandboxes
    .filter(({ state }) => state === "ready")
    .map(({ id }) => ({ kind: "stopSandbox", id }));
  const attempt = (observed.sandboxes[0]?.metadata.attempt ?? -1) + 1;
  return {
    actions: [...old, { kind: "createSandbox", attempt }],
    waiting: initialWaiting(pod),
    revisitAfterMs: undefined,
  };
}

/** Nothing of a new pod runs yet: who waits for the sandbox, and who for the init containers. */
function initialWaiting({ spec }: Live<Pod>): ReadonlyMap<string, Waiting> {
  const hasInit = (spec.initContainers ?? []).length > 0;
  const reason = hasInit ? "PodInitializing" : "ContainerCreating";
  return new Map(allContainersOf(spec).map(({ name }) => [name, { reason }]));
}

/** All containers have run to their end and none will run again. */
function hasEnded(input: PlanInput): boolean {
  const { pod, observed } = input;
  if (observed.sandboxes.length === 0) return false;
  if (pod.status.phase === "Succeeded" || pod.status.phase === "Failed") return true;
  if (findFailedInit(input) !== undefined) return true;
  return pod.spec.containers.every((container) => {
    const latest = latestOf(observed, container.name);
    if (latest?.state !== "exited" || input.isRestarting(latest.id)) return false;
    return !mayRestart(pod, container, latest, "app");
  });
}

function findFailedInit({ pod, observed }: PlanInput): Container | undefined {
  if (pod.spec.restartPolicy !== "Never") return undefined;
  return (pod.spec.initContainers ?? []).find((container) => {
    const latest = latestOf(observed, container.name);
    return !isSidecar(container) && latest?.state === "exited" && latest.exitCode !== 0;
  });
}

function planContainers(input: PlanInput): PodPlan {
  const draft = new Draft(input);
  const inits = input.pod.spec.initContainers ?? [];
  const isInitialized = planInit(draft, inits);
  for (const container of input.pod.spec.containers) {
    if (isInitialized) draft.keepRunning(container, "app");
    else draft.wait(container.name, { reason: "PodInitializing" });
  }
  for (const container of input.pod.spec.ephemeralContainers ?? []) draft.startOnce(container);
  draft.resize();
  return draft.finish();
}

/** Goes through the init containers up to the first that is not done; true when all are. */
function planInit(draft: Draft, inits: readonly Container[]): boolean {
  const { input } = draft;
  // Once an app container has run, finished init containers are history; sidecars still matter.
  const isPast = input.pod.spec.containers.some(({ name }) => latestOf(input.observed, name));
  for (const [index, container] of inits.entries()) {
    const latest = latestOf(input.observed, container.name);
    if (isSidecar(container)) {
      draft.keepRunning(container, "init");
      const isUp = isRunning(latest) && input.probes.hasStarted(latest?.id ?? "");
      if (!isUp && !isPast) return waitAfter(draft, inits, index);
      continue;
    }
    if (isPast || (latest?.state === "exited" && latest.exitCode === 0)) continue;
    draft.keepRunning(container, "init");
    return waitAfter(draft, inits, index);
  }
  return true;
}

function waitAfter(draft: Draft, inits: readonly Container[], index: number): false {
  for (const { name } of inits.slice(index + 1)) draft.wait(name, { reason: "PodInitializing" });
  return false;
}

/** A plan in the making. */
class Draft {
  readonly input: PlanInput;
  readonly #actions: Action[] = [];
  readonly #waiting = new Map<string, Waiting>();
  #revisitAfterMs: number | undefined;

  constructor(input: PlanInput) {
    this.input = input;
  }

  wait(name: string, waiting: Waiting): void {
    this.#waiting.set(name, waiting);
  }

  /** Starts what does not run, restarts what ended, kills what a probe condemned. */
  keepRunning(container: Container, role: "app" | "init"): void {
    const latest = latestOf(this.input.observed, container.name);
    if (latest?.state === "running") {
      this.#checkRunning(container, latest);
      return;
    }
    if (latest === undefined || latest.state === "created" || latest.state === "unknown") {
      this.#start(container, latest === undefined ? 0 : latest.metadata.attempt + 1, role);
      return;
    }
    if (this.input.isRestarting(latest.id)) {
      this.#start(container, latest.metadata.attempt + 1, role);
      return;
    }
    if (!mayRestart(this.input.pod, container, latest, role)) return;
    const { remainingMs, delayMs } = this.input.backoffOf(container, latest);
    if (remainingMs > 0) {
      this.#waiting.set(container.name, crashLoop(this.input.pod, container, delayMs));
      this.#revisit(remainingMs);
      return;
    }
    this.#start(container, latest.metadata.attempt + 1, role);
  }

  /** Starts what has never run. It is not restarted, probed or killed for a changed definition. */
  startOnce(container: EphemeralContainer): void {
    const latest = latestOf(this.input.observed, container.name);
    // One that was made but not started is made anew by whoever starts it.
    if (latest !== undefined && latest.state !== "created") return;
    const { name, targetContainerName = "" } = container;
    const start = { kind: "start", container, attempt: 0 } as const;
    if (targetContainerName === "") {
      this.#actions.push(start);
      return;
    }
    const target = latestOf(this.input.observed, targetContainerName);
    if (target === undefined) {
      const message = `unable to find target container ${targetContainerName}`;
      this.#waiting.set(name, { reason: "CreateContainerConfigError", message });
      return;
    }
    this.#actions.push({ ...start, targetId: target.id });
  }

  /** Containers that are to end anyway need no other size. */
  resize(): void {
    const ending = new Set(
      this.#actions.flatMap((action) => (action.kind === "kill" ? [action.id] : [])),
    );
    const { updates, isPodDue } = this.input.resize;
    const due = updates.filter(({ id }) => !ending.has(id));
    if (due.length > 0 || isPodDue) this.#actions.push({ kind: "resize", updates: due });
  }

  finish(): PodPlan {
    return {
      actions: this.#actions,
      waiting: this.#waiting,
      revisitAfterMs: this.#revisitAfterMs,
    };
  }

  #checkRunning(container: Container, latest: ContainerStatus): void {
    const why = this.#whyKill(container, latest);
    if (why !== undefined) this.#actions.push({ kind: "kill", container, id: latest.id, why });
  }

  #whyKill(container: Container, latest: ContainerStatus): KillReason | undefined {
    const started = latest.annotations[containerHashAnnotation];
    if (started !== undefined && started !== this.input.hashOf(container)) {
      const message = `Container ${container.name} definition changed, will be restarted`;
      return { message, restarts: true };
    }
    const failure = this.input.probes.findFailure(latest.id);
    if (failure === undefined) return this.#whyResize(container);
    const probe = failure.probe === "liveness" ? container.livenessProbe : container.startupProbe;
    const restarts = this.input.pod.spec.restartPolicy !== "Never";
    const message = `Container ${container.name} failed ${failure.probe} probe`;
    return {
      message: restarts ? `${message}, will be restarted` : message,
      graceSeconds: probe?.terminationGracePeriodSeconds,
      restarts,
    };
  }

  #whyResize({ name }: Container): KillReason | undefined {
    if (!this.input.resize.restarts.has(name)) return undefined;
    return { message: `Container ${name} resize requires restart`, restarts: true };
  }

  #start(container: Container, attempt: number, role: "app" | "init"): void {
    this.#actions.push({ kind: "start", container, attempt });
    this.#waiting.set(container.name, {
      reason: role === "init" || !this.#hasInit() ? "ContainerCreating" : "PodInitializing",
    });
  }

  #hasInit(): boolean {
    return (this.input.pod.spec.initContainers ?? []).length > 0;
  }

  #revisit(afterMs: number): void {
    this.#revisitAfterMs = Math.min(this.#revisitAfterMs ?? afterMs, afterMs);
  }
}

function crashLoop({ metadata }: Live<Pod>, container: Container, delayMs: number): Waiting {
  const pod = `${metadata.name}_${metadata.namespace ?? ""}(${metadata.uid})`;
  return {
    reason: "CrashLoopBackOff",
    message: `back-off ${formatSeconds(delayMs)} restarting failed container=${container.name} pod=${pod}`,
  };
}

function formatSeconds(delayMs: number): string {
  const seconds = Math.round(delayMs / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/** Whether an ended container is to run again, by the container's own policy or the pod's. */
function mayRestart(
  { spec }: Live<Pod>,
  container: Container,
  ended: ContainerStatus,
  role: "app" | "init",
): boolean {
  if (isSidecar(container) && role === "init") return true;
  const ownPolicy = container.restartPolicy;
  const policy = ownPolicy ?? spec.restartPolicy ?? "Always";
  if (role === "init") return ended.exitCode !== 0 && policy !== "Never";
  if (policy === "Always") return true;
  return policy === "OnFailure" && ended.exitCode !== 0;
}

function allContainersOf(spec: Live<Pod>["spec"]): readonly Container[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  return [...initContainers, ...containers, ...ephemeralContainers];
}
