/**
 * Dead man's switches. Somebody promises to be heard again and again; when nothing is heard for two
 * intervals, that is an alert of its own, until they are heard again.
 */
import { type Clock, type Logger, sleep } from "#base";
import { areEqualSecrets } from "../deliver/equal-secrets.ts";
import type { OnCall } from "../engine/on-call.ts";
import type { Heartbeat } from "../roster.ts";
import { minuteMs } from "../schedule/wall-clock.ts";

export interface HeartbeatDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onCall: OnCall;
}

/** How many intervals may pass in silence. */
const missesMax = 2;
const checkMs = 5_000;

export class Heartbeats {
  readonly #deps: HeartbeatDeps;
  /** By name: the elapsed time at which one was heard last, or known first. */
  readonly #heardMs = new Map<string, number>();

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  /** Somebody with this key was heard; false when nobody has it. */
  async beat(key: string): Promise<boolean> {
    const { clock, onCall } = this.#deps;
    const heartbeats = [...onCall.roster().heartbeats.values()];
    const heard = heartbeats.filter((one) => areEqualSecrets(one.key, key));
    for (const heartbeat of heard) {
      this.#heardMs.set(heartbeat.name, clock.elapsedMs());
      const open = onCall.ledger.findOpen(heartbeat.service, keyOf(heartbeat));
      if (open === undefined) continue;
      await onCall.command(open.id, { kind: "resolved", by: "heartbeat", via: "heartbeat" });
    }
    return heard.length > 0;
  }

  /** Looks for those that are silent until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    while (!signal.aborted) {
      try {
        await this.check();
        await sleep(clock, checkMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        log.error("heartbeats could not be checked", error);
        await sleep(clock, checkMs, signal).catch(() => {});
      }
    }
  }

  /** Reports everyone that has been silent for too long. */
  async check(): Promise<void> {
    const { clock, onCall } = this.#deps;
    const elapsedMs = clock.elapsedMs();
    for (const heartbeat of onCall.roster().heartbeats.values()) {
      const { name, service, intervalMs } = heartbeat;
      const heardMs = this.#heardMs.get(name);
      // After a start everybody has their full time, because we were not there to hear them.
      if (heardMs === undefined) this.#heardMs.set(name, elapsedMs);
      const silentMs = elapsedMs - (heardMs ?? elapsedMs);
      if (silentMs < missesMax * intervalMs) continue;
      if (onCall.ledger.findOpen(service, keyOf(heartbeat)) !== undefined) continue;
      const alert = {
        title: `The heartbeat ${name} is silent`,
        details: `Nothing was heard for ${Math.round(silentMs / minuteMs)} minutes.`,
        severity: "critical",
        source: "heartbeat",
        links: [],
        heldBack: "",
      };
      await onCall.trigger({ service, dedupKey: keyOf(heartbeat), alert });
    }
  }
}

function keyOf({ name }: Heartbeat): string {
  return `heartbeat/${name}`;
}
