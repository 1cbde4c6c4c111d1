/**
 * Probes the containers of one node.
 *
 * Each probe of a running container has a loop of its own, which ends with the container or with a
 * finding that nothing can follow: a startup probe once it succeeded, liveness and startup probes
 * once they condemned the container. Liveness and readiness wait until the container has started.
 */

import { type Clock, describeError, type Logger, sleep } from "#base";
import type { Live } from "#api";
import type { Container, Pod, Probe } from "#api/core/v1";
import type { EventFacts, EventRecorder } from "#client";
import type { ProbedContainer, ProbeMetrics } from "../metrics/probe-metrics.ts";
import { liveContainers, type ObservedPod } from "../pod/observed.ts";
import { containerNameLabel } from "../pod/labels.ts";
import type { PodProbes } from "../pod/probes.ts";
import { type ProbeDeps, type ProbeOutcome, probeOnce, type ProbeTarget } from "./probe-once.ts";
import { initialRecord, nextRecord, type ProbeKind, type ProbeRecord } from "./probe-record.ts";

export interface PodProberDeps extends ProbeDeps {
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly log: Logger;
  readonly metrics: ProbeMetrics;
  /** Called when a finding about a container of the pod with this uid changed. */
  readonly wake: (uid: string) => void;
}

export interface PodProberOptions {
  /** The node's addresses, which pods in the machine's network have too. */
  readonly addresses: readonly string[];
}

interface Probed {
  readonly uid: string;
  readonly place: ProbedContainer;
  readonly ending: AbortController;
  readonly records: Map<ProbeKind, ProbeRecord>;
  failure: { readonly probe: "liveness" | "startup"; readonly message: string } | undefined;
}

/** As metrics call how a probe went. */
const metricResults = {
  success: "successful",
  warning: "successful",
  failure: "failed",
  error: "unknown",
} as const;

interface Watched {
  readonly pod: Live<Pod>;
  readonly container: Container;
  readonly target: ProbeTarget;
  readonly startedAtMs: number;
  /** `initContainers` or `containers`. */
  readonly list: string;
}

const attemptsMax = 3;
const labels = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" } as const;

export class PodProber implements PodProbes {
  readonly #deps: PodProberDeps;
  readonly #options: PodProberOptions;
  /** By container id. */
  readonly #probed = new Map<string, Probed>();

  constructor(deps: PodProberDeps, options: PodProberOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  track(pod: Live<Pod>, observed: ObservedPod): void {
    const running = liveContainers(observed).filter(({ state }) => state === "running");
    const ids = new Set(running.map(({ id }) => id));
    this.#stopWhere(({ uid }, id) => uid === pod.metadata.uid && !ids.has(id));
    for (const { id, labels: marks, startedAtMs } of running) {
      const found = findContainer(pod, marks[containerNameLabel] ?? "");
      if (found === undefined) continue;
      if (this.#probed.has(id)) continue;
      const podIp = this.#addressOf(pod, observed);
      const target = { container: found.container, containerId: id, podIp };
      this.#start({ pod, ...found, target, startedAtMs });
    }
    if (pod.metadata.deletionTimestamp !== undefined) this.#stopCondemning(pod.metadata.uid);
  }

  forget(uid: string): void {
    this.#stopWhere((probed) => probed.uid === uid);
  }

  /** Ends all loops. */
  [Symbol.dispose](): void {
    this.#stopWhere(() => true);
  }

  hasStarted(containerId: string): boolean {
    const record = this.#probed.get(containerId)?.records.get("startup");
    return record === undefined || record.finding === "good";
  }

  isReady(containerId: string): boolean {
    const probed = this.#probed.get(containerId);
    // Nothing is known yet of a container that is not tracked.
    if (probed === undefined) return false;
    const record = probed.records.get("readiness");
    return this.hasStarted(containerId) && (record === undefined || record.finding === "good");
  }

  findFailure(containerId: string): Probed["failure"] {
    return this.#probed.get(containerId)?.failure;
  }

  #start(watched: Watched): void {
    const { container, pod, target } = watched;
    const probed: Probed = {
      uid: pod.metadata.uid,
      place: placeOf(watched),
      ending: new AbortController(),
      records: new Map(),
      failure: undefined,
    };
    this.#probed.set(target.containerId, probed);
    const known = reportedState(pod, target.containerId);
    const startup = container.startupProbe;
    if (startup !== undefined) {
      probed.records.set("startup", recordFor("startup", known.isStarted));
    }
    if (container.livenessProbe !== undefined) {
      probed.records.set("liveness", initialRecord("liveness"));
    }
    if (container.readinessProbe !== undefined) {
      probed.records.set("readiness", recordFor("readiness", known.isReady));
    }
    if (probed.records.size > 0) this.#own(this.#run(probed, watched), watched, probed);
  }

  /** A loop's failure is a bug or the runtime's; it is told once, and the finding stays. */
  #own(loop: Promise<void>, { pod, container }: Watched, { ending }: Probed): void {
    void loop.catch((error: unknown) => {
      if (ending.signal.aborted) return;
      const fields = { pod: pod.metadata.name, container: container.name };
      this.#deps.log.error("probing", error, fields);
    });
  }

  async #run(probed: Probed, watched: Watched): Promise<void> {
    const { startupProbe, livenessProbe, readinessProbe } = watched.container;
    if (startupProbe !== undefined && !this.hasStarted(watched.target.containerId)) {
      await this.#repeat("startup", startupProbe, watched, probed);
    }
    if (probed.failure !== undefined) return;
    await Promise.all([
      livenessProbe && this.#repeat("liveness", livenessProbe, watched, probed),
      readinessProbe && this.#repeat("readiness", readinessProbe, watched, probed),
    ]);
  }

  async #repeat(kind: ProbeKind, probe: Probe, watched: Watched, probed: Probed): Promise<void> {
    const { clock, wake } = this.#deps;
    const { signal } = probed.ending;
    const firstAtMs = watched.startedAtMs + (probe.initialDelaySeconds ?? 0) * 1000;
    const waitMs = Math.max(0, firstAtMs - clock.nowMs());
    if (waitMs > 0) await sleep(clock, waitMs, signal);
    while (probed.records.has(kind)) {
      const atMs = clock.elapsedMs();
      const outcome = await this.#attempt(kind, probe, watched, signal);
      const record = probed.records.get(kind);
      if (signal.aborted || record === undefined) return;
      if (outcome !== undefined) {
        const isGood = outcome.kind !== "failure";
        const next = nextRecord(record, isGood, probe);
        probed.records.set(kind, next);
        const isFinal = conclude(kind, next, outcome, probed);
        if (next.finding !== record.finding || isFinal) wake(probed.uid);
        if (isFinal) return;
      }
      const periodMs = Math.max(1, probe.periodSeconds ?? 10) * 1000;
      const spentMs = clock.elapsedMs() - atMs;
      await sleep(clock, periodMs - (spentMs % periodMs), signal);
    }
  }

  /** The outcome; undefined when the probe itself does not work, however often it is tried. */
  async #attempt(
    kind: ProbeKind,
    probe: Probe,
    watched: Watched,
    signal: AbortSignal,
  ): Promise<ProbeOutcome | undefined> {
    let outcome: ProbeOutcome = { kind: "error", message: "" };
    const startMs = this.#deps.clock.elapsedMs();
    for (let attempt = 0; attempt < attemptsMax && outcome.kind === "error"; attempt++) {
      outcome = await this.#probeOnce(probe, watched, signal);
    }
    const seconds = (this.#deps.clock.elapsedMs() - startMs) / 1_000;
    const result = metricResults[outcome.kind];
    if (!signal.aborted) this.#deps.metrics.probed(kind, placeOf(watched), { result, seconds });
    const label = labels[kind];
    if (outcome.kind === "failure") {
      const message = `${label} probe failed: ${outcome.message}`;
      this.#report(watched, { type: "Warning", reason: "Unhealthy", message });
    } else if (outcome.kind === "warning") {
      const message = `${label} probe warning: ${outcome.message}`;
      this.#report(watched, { type: "Warning", reason: "ProbeWarning", message });
    } else if (outcome.kind === "error") {
      const message = `${label} probe errored and resulted in unknown state: ${outcome.message}`;
      this.#report(watched, { type: "Warning", reason: "Unhealthy", message });
      return undefined;
    }
    return outcome;
  }

  async #probeOnce(probe: Probe, { target }: Watched, signal: AbortSignal): Promise<ProbeOutcome> {
    try {
      return await probeOnce(this.#deps, probe, target, signal);
    } catch (error) {
      // Whatever breaks an attempt must not end the probing.
      if (signal.aborted) throw error;
      return { kind: "error", message: describeError(error) };
    }
  }

  #report({ pod, container, list }: Watched, facts: EventFacts): void {
    const fieldPath = `spec.${list}{${container.name}}`;
    const subject = { apiVersion: "v1", kind: "Pod", metadata: pod.metadata, fieldPath };
    this.#deps.recorder.record(subject, facts);
  }

  #addressOf({ spec, status }: Live<Pod>, { sandboxes }: ObservedPod): string {
    if (spec.hostNetwork === true) return this.#options.addresses[0] ?? "";
    return sandboxes[0]?.ips[0] ?? status.podIP ?? "";
  }

  /** A pod that ends is not killed for being unhealthy, but still told to be ready or not. */
  #stopCondemning(uid: string): void {
    for (const probed of this.#probed.values()) {
      if (probed.uid !== uid) continue;
      probed.records.delete("liveness");
      const startup = probed.records.get("startup");
      if (startup?.finding !== "good") probed.records.delete("startup");
    }
  }

  #stopWhere(isMeant: (probed: Probed, id: string) => boolean): void {
    for (const [id, probed] of this.#probed) {
      if (!isMeant(probed, id)) continue;
      probed.ending.abort();
      this.#probed.delete(id);
      this.#deps.metrics.forget(probed.place);
    }
  }
}

function placeOf({
  pod: { metadata },
  container,
}: Pick<Watched, "pod" | "container">): ProbedContainer {
  const { name, namespace = "", uid } = metadata;
  return { namespace, pod: name, podUid: uid, container: container.name };
}

/** Notes what the record means for the container; true when there is nothing more to find out. */
function conclude(
  kind: ProbeKind,
  { finding }: ProbeRecord,
  outcome: ProbeOutcome,
  probed: Probed,
): boolean {
  if (kind === "readiness") return false;
  if (finding === "bad") {
    const message = outcome.kind === "success" ? "" : outcome.message;
    probed.failure = { probe: kind, message };
    return true;
  }
  return kind === "startup" && finding === "good";
}

function recordFor(kind: "startup" | "readiness", isKnownGood: boolean): ProbeRecord {
  const record = initialRecord(kind);
  return isKnownGood ? { ...record, finding: "good" } : record;
}

/** What the API has of the very same container, from before the agent was started again. */
function reportedState({ status }: Live<Pod>, containerId: string) {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const found = all.find(({ containerID = "" }) => containerID.endsWith(`://${containerId}`));
  return { isStarted: found?.started === true, isReady: found?.ready === true };
}

function findContainer(
  { spec }: Live<Pod>,
  name: string,
): Pick<Watched, "container" | "list"> | undefined {
  const init = spec.initContainers?.find((container) => container.name === name);
  if (init !== undefined) return { container: init, list: "initContainers" };
  const app = spec.containers.find((container) => container.name === name);
  return app === undefined ? undefined : { container: app, list: "containers" };
}
