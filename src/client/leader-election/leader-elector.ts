/** Of several processes that could do something, lets one do it at a time: the holder of a Lease. */

import { type Clock, type Logger, type Random, sleep } from "#base";
import { hasReason, type Live, type ObjectKey } from "#api";
import { type Lease, lease as leaseKind } from "#api/coordination/v1";
import type { Client, ResourceClient } from "../client.ts";
import { QueueingEventRecorder } from "../event-recorder.ts";
import {
  checkTimes,
  jitterFactor,
  type LeaderElectionTimes,
  planElection,
  releasedSpec,
  type Sighting,
  sight,
} from "./plan.ts";

export interface LeaderElectorDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface LeaderElectionOptions extends LeaderElectionTimes {
  readonly lease: ObjectKey;
  /** Unique among all that may hold the lease at the same time. */
  readonly identity: string;
  /** Who reports in Events: `kube-scheduler`. */
  readonly component: string;
}

/** Takes part in one election, again and again, until its signal aborts. */
export class LeaderElector {
  readonly #deps: LeaderElectorDeps;
  readonly #options: LeaderElectionOptions;
  readonly #leases: ResourceClient<Lease>;
  readonly #recorder: QueueingEventRecorder;
  /** The lease as last read or written; undefined when it must be read before it is written. */
  #lease: Live<Lease> | undefined;
  #sighting: Sighting | undefined;

  constructor(deps: LeaderElectorDeps, options: LeaderElectionOptions) {
    checkTimes(options);
    this.#deps = { ...deps, log: deps.log.child({ lease: options.lease.name }) };
    this.#options = options;
    this.#leases = deps.client.of(leaseKind);
    this.#recorder = new QueueingEventRecorder(this.#deps, { component: options.component });
  }

  /** Who leads, as far as is known here; empty when nobody does. */
  get leader(): string {
    return this.#sighting?.spec.holderIdentity ?? "";
  }

  /**
   * Calls `lead` whenever this candidate becomes the leader; its signal aborts when the term is over.
   * Who loses a term stands for election again. Returns when aborted, or when `lead` returned by
   * itself; throws what `lead` throws. The lease is given back only after `lead` has ended.
   */
  async run(signal: AbortSignal, lead: (term: AbortSignal) => Promise<void>): Promise<void> {
    const ended = new AbortController();
    const recording = this.#recorder.run(ended.signal);
    try {
      while (await this.#acquire(signal)) {
        if ((await this.#serve(signal, lead)) === "ended") return;
      }
    } finally {
      ended.abort();
      await recording;
    }
  }

  /** Resolves with true when the lease is ours, with false when aborted. */
  async #acquire(signal: AbortSignal): Promise<boolean> {
    const { clock, log, random } = this.#deps;
    const { identity, renewDeadlineMs, retryPeriodMs } = this.#options;
    while (!signal.aborted) {
      if (await this.#attempt(renewDeadlineMs, signal)) {
        if (signal.aborted) break;
        log.info("became leader", { identity });
        this.#record(`${identity} became leader`);
        return true;
      }
      const delayMs = retryPeriodMs * (1 + jitterFactor * random.fraction());
      // Aborted means woken, and the loop looks at the signal.
      await sleep(clock, delayMs, signal).catch(() => {});
    }
    await this.#release();
    return false;
  }

  /** One term. It ends when `lead` does, or is lost when the lease cannot be renewed. */
  async #serve(
    signal: AbortSignal,
    lead: (term: AbortSignal) => Promise<void>,
  ): Promise<"ended" | "lost"> {
    const lost = new AbortController();
    const done = new AbortController();
    const leading = lead(AbortSignal.any([signal, lost.signal]));
    const ending = leading.then(
      () => done.abort(),
      () => done.abort(),
    );
    // Renewed until everything that the lease guards has ended, not only been told to.
    if ((await this.#keepRenewing(done.signal)) === "ended") {
      await this.#release();
      await leading;
      return "ended";
    }
    const { identity } = this.#options;
    this.#deps.log.warn("stopped leading", { identity, leader: this.leader });
    this.#record(`${identity} stopped leading`);
    lost.abort(new Error(`${identity} lost the lease`));
    await ending;
    return "lost";
  }

  async #keepRenewing(done: AbortSignal): Promise<"ended" | "lost"> {
    const { clock } = this.#deps;
    const { identity, renewDeadlineMs, retryPeriodMs } = this.#options;
    let deadlineMs = clock.elapsedMs() + renewDeadlineMs;
    while (true) {
      await sleep(clock, retryPeriodMs, done).catch(() => {});
      if (done.aborted) return "ended";
      const askedMs = clock.elapsedMs();
      if (await this.#attempt(deadlineMs - askedMs, done)) deadlineMs = askedMs + renewDeadlineMs;
      else if (this.leader !== identity || clock.elapsedMs() >= deadlineMs) return "lost";
    }
  }

  /** The catch site of the election: what fails is tried again until the time is up. */
  async #attempt(limitMs: number, signal: AbortSignal): Promise<boolean> {
    const tooLate = new AbortController();
    using _limit = this.#deps.clock.schedule(limitMs, () => {
      tooLate.abort(new Error("the API server did not answer in time"));
    });
    try {
      return await this.#write(AbortSignal.any([signal, tooLate.signal]));
    } catch (error) {
      if (!signal.aborted) this.#deps.log.warn("asking for the lease", { why: String(error) });
      return false;
    }
  }

  /** Gets or renews the lease; false when somebody else has it, or was faster. */
  async #write(signal: AbortSignal): Promise<boolean> {
    const { lease: key, identity, leaseDurationMs } = this.#options;
    const { clock } = this.#deps;
    const known = this.#lease ?? (await this.#leases.find(key, signal));
    this.#see(known);
    const now = { nowMs: clock.nowMs(), elapsedMs: clock.elapsedMs() };
    const spec = planElection(this.#sighting, { identity, leaseDurationMs }, now);
    // Unless the write succeeds, the lease may have changed: it is read before the next one.
    this.#lease = undefined;
    if (spec === undefined) return false;
    try {
      const written =
        known === undefined
          ? await this.#leases.create({ metadata: { ...key }, spec }, {}, signal)
          : await this.#leases.update({ ...known, spec }, {}, signal);
      this.#lease = written;
      this.#see(written);
      return true;
    } catch (error) {
      const isOvertaken =
        hasReason(error, "Conflict") ||
        hasReason(error, "AlreadyExists") ||
        hasReason(error, "NotFound");
      if (!isOvertaken) throw error;
      return false;
    }
  }

  #see(seen: Live<Lease> | undefined): void {
    const before = this.leader;
    this.#sighting =
      seen === undefined
        ? undefined
        : sight(this.#sighting, seen.spec, this.#deps.clock.elapsedMs());
    const { leader } = this;
    if (leader !== before && leader !== "" && leader !== this.#options.identity) {
      this.#deps.log.info("new leader elected", { leader });
    }
  }

  /** Gives back the lease, if it is ours; who cannot leaves it to run out. */
  async #release(): Promise<void> {
    const { clock, log } = this.#deps;
    const held = this.#lease;
    if (held?.spec.holderIdentity !== this.#options.identity) return;
    this.#lease = undefined;
    const tooLate = new AbortController();
    using _limit = clock.schedule(this.#options.retryPeriodMs, () => tooLate.abort());
    try {
      const spec = releasedSpec(held.spec, clock.nowMs());
      this.#see(await this.#leases.update({ ...held, spec }, {}, tooLate.signal));
    } catch (error) {
      log.warn("giving back the lease", { why: String(error) });
    }
  }

  #record(message: string): void {
    const { lease: metadata } = this.#options;
    const subject = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata };
    this.#recorder.record(subject, { type: "Normal", reason: "LeaderElection", message });
  }
}
