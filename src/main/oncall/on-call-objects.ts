/** Follows the objects of on-call, and keeps on-call at what they say. */
import type { Clock, Logger, TimeZones } from "#base";
import type { Client, InformerSet } from "#client";
import { type OncallConfig, preFlight, type PreFlightFinding, type Roster } from "#oncall";
import {
  dutyStatus,
  onCallConditions,
  onCallKinds,
  type OnCallObjects as Objects,
  type OnCallTranslation,
  type OnCallVerdict,
  type SpecsInForce,
  translateOnCall,
} from "#oncallkinds";
import { EntryReader } from "../monitor/operated/entry-reader.ts";
import { ObjectFollower } from "../objects/object-follower.ts";
import type { StatusReport, StatusReporter } from "../objects/status-reporter.ts";

export interface OnCallObjectsDeps {
  readonly client: Client;
  readonly informers: InformerSet;
  readonly clock: Clock;
  readonly log: Logger;
  readonly zones: TimeZones;
  readonly reporter: StatusReporter;
  readonly onCall: Configurable;
}

/** On-call, as far as objects matter to it. */
interface Configurable {
  apply(config: OncallConfig): Promise<void>;
  /** With what people agreed on beside the objects; undefined while nobody knows. */
  roster(): Roster | undefined;
}

/** Secrets that objects refer to are read anew after this time. */
const rereadMs = 10_000;
/** Hand-overs and gaps come by themselves. */
const lookAgainMs = 60_000;

export class OnCallObjects {
  readonly #deps: OnCallObjectsDeps;
  readonly #informers;
  readonly #follower: ObjectFollower;
  #inForce: SpecsInForce = new Map();
  /** What was applied last, as text. */
  #applied: string | undefined = undefined;

  constructor(deps: OnCallObjectsDeps) {
    this.#deps = deps;
    const { informers } = deps;
    this.#informers = {
      users: informers.of(onCallKinds.users),
      teams: informers.of(onCallKinds.teams),
      schedules: informers.of(onCallKinds.schedules),
      policies: informers.of(onCallKinds.policies),
      services: informers.of(onCallKinds.services),
      heartbeats: informers.of(onCallKinds.heartbeats),
      configs: informers.of(onCallKinds.configs),
    };
    const followed = Object.values(this.#informers);
    this.#follower = new ObjectFollower({
      ...deps,
      what: "heeding objects of on-call",
      informers: followed,
    });
  }

  /** Follows until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#follower.run((ending) => this.#sync(ending), signal);
  }

  /** Looks at the objects again, because what is to be said of them may be another. */
  wake(): void {
    this.#follower.wake();
  }

  async #sync(signal: AbortSignal): Promise<number> {
    const { onCall, reporter } = this.#deps;
    const entries = new EntryReader(this.#deps.client);
    const { config, verdicts, inForce } = await this.#translate(entries, signal);
    const said = JSON.stringify([...inForce].map(([uid, { spec }]) => [uid, spec]));
    if (said !== this.#applied) {
      await onCall.apply(config);
      this.#applied = said;
    }
    this.#inForce = inForce;
    const roster = onCall.roster() ?? config.roster;
    const findings = preFlight(roster, this.#deps.clock.nowMs());
    const reports = verdicts.map((verdict) => this.#reportOf(verdict, findings, roster));
    await reporter.report(reports, signal);
    return entries.isUsed ? rereadMs : lookAgainMs;
  }

  async #translate(entries: EntryReader, signal: AbortSignal): Promise<OnCallTranslation> {
    const { zones } = this.#deps;
    const secretsOf = (namespace: string) => entries.of(namespace);
    const context = { zones, secretsOf, before: this.#inForce };
    let translation = translateOnCall(this.#objects(), context);
    while (entries.hasUnread) {
      await entries.read(signal);
      translation = translateOnCall(this.#objects(), context);
    }
    return translation;
  }

  #reportOf(
    verdict: OnCallVerdict,
    findings: readonly PreFlightFinding[],
    roster: Roster,
  ): StatusReport {
    const { kind, object, section } = verdict;
    const schedule =
      section === "schedules" ? roster.schedules.get(object.metadata.name) : undefined;
    const isHolder = verdict.problem === undefined || verdict.isOldInForce;
    const further =
      schedule === undefined || !isHolder ? {} : dutyStatus(schedule, this.#deps.clock.nowMs());
    return { kind, object, conditions: onCallConditions(verdict, findings), further };
  }

  #objects(): Objects {
    const { users, teams, schedules, policies, services, heartbeats, configs } = this.#informers;
    return {
      users: users.cache.list(),
      teams: teams.cache.list(),
      schedules: schedules.cache.list(),
      policies: policies.cache.list(),
      services: services.cache.list(),
      heartbeats: heartbeats.cache.list(),
      configs: configs.cache.list(),
    };
  }
}
