/**
 * On-call in tests: a small team, a log that several replicas share and that refuses who is behind,
 * and phones that note what rings when, on the virtual clock.
 *
 * What phones heard is written as `0:00 alice email`: minutes and seconds since the start of the test.
 */
import { type Clock, silentLogger, type TimeZone, utc } from "#base";
import { seededRandom, type VirtualClock } from "#base/testing";
import { type Leadership, leadsAlone } from "./engine/leadership.ts";
import { OnCall } from "./engine/on-call.ts";
import type { Courier, Page } from "./engine/page.ts";
import { defaultPolicy, type Policy } from "./escalation/policy.ts";
import type { AlertReport } from "./incident/decide.ts";
import type { AttemptOutcome, EventDraft, LoggedEvent } from "./incident/event.ts";
import { Ledger, logged } from "./incident/ledger.ts";
import type { ThrottleLimits } from "./incident/throttle.ts";
import { type EventLog, LogConflict } from "./log/event-log.ts";
import { RecordConflict, type Records, type StoredRecord } from "./log/records.ts";
import { pageBudgetDefault, type Roster, type Service, type Team, type User } from "./roster.ts";
import type { Schedule } from "./schedule/schedule.ts";
import { dayMs } from "./schedule/wall-clock.ts";

/** A user of this name, with an address for e-mail and no rules. */
export function userOf(id: string, change: Partial<User> = {}): User {
  return {
    id,
    fullName: id,
    contacts: [{ id: "mail", kind: "email", address: `${id}@example.com`, isVerified: true }],
    rules: [],
    zone: utc,
    zoneName: "UTC",
    ...change,
  };
}

/** Members take turns day by day from 2026 on, at midnight of the zone. */
export function scheduleOf(
  name: string,
  members: readonly string[],
  change: Partial<Schedule> & { readonly zone?: TimeZone } = {},
): Schedule {
  const zone = change.zone ?? utc;
  const startWallMs = Date.UTC(2026, 0, 1);
  const rotation = { zone, startWallMs, shiftLengthsMs: [dayMs], members };
  const layer = { name: "base", rotation, restrictions: [], from: undefined, until: undefined };
  return {
    name,
    zone,
    zoneName: "UTC",
    layers: members.length === 0 ? [] : [layer],
    swaps: [],
    overrides: [],
    absences: [],
    holidays: new Set(),
    ...change,
  };
}

export interface RosterOptions {
  readonly primary?: readonly string[];
  readonly backup?: readonly string[];
  readonly policy?: Partial<Policy>;
  readonly users?: readonly User[];
  readonly service?: Partial<Service>;
  readonly team?: Partial<Team>;
}

function teamOf(name: string, change: Partial<Team> = {}): Team {
  const workingDays = { zone: utc, holidays: new Set<string>() };
  const people = { members: ["alice", "bob", "carol"], managers: ["dora"] };
  return { name, ...people, tickets: [], workingDays, ...change };
}

/** The team web: alice is the primary, bob the backup, carol the third and dora the manager. */
export function rosterOf(options: RosterOptions = {}): Roster {
  const { primary = ["alice"], backup = ["bob"] } = options;
  const parts = { team: "web", primary: "web-primary", backup: "web-backup" };
  const policy = { ...defaultPolicy(parts), ...options.policy };
  const own: Policy = {
    ...policy,
    name: "own",
    steps: [{ afterMs: 0, targets: [{ kind: "user", user: "dora" }] }],
  };
  const people = ["alice", "bob", "carol", "dora"].map((id) => userOf(id));
  const users = new Map([...people, ...(options.users ?? [])].map((user) => [user.id, user]));
  const pageBudget = pageBudgetDefault;
  const plain = { integrationKeys: ["key"], quietSeverities: ["info"], pageBudget };
  const service = {
    ...plain,
    name: "web",
    team: "web",
    policy: policy.name,
    ...options.service,
  };
  const paging = { ...plain, name: "paging", team: "web", policy: "own", integrationKeys: [] };
  const schedules = [scheduleOf("web-primary", primary), scheduleOf("web-backup", backup)];
  return {
    users,
    teams: new Map([["web", teamOf("web", options.team)]]),
    schedules: new Map(schedules.map((one) => [one.name, one])),
    policies: new Map([policy, own].map((one) => [one.name, one])),
    services: new Map([service, paging].map((one) => [one.name, one])),
    heartbeats: new Map(),
    ownService: "paging",
  };
}

export function reportOf(
  dedupKey = "down",
  change: Partial<AlertReport["alert"]> = {},
): AlertReport {
  const alert = {
    title: "Web is down",
    details: "",
    severity: "critical",
    source: "api",
    links: [],
    heldBack: "",
    ...change,
  };
  return { service: "web", dedupKey, alert };
}

/** A log in memory, which outlives those who write to it. */
export class SharedLog implements EventLog {
  readonly events: LoggedEvent[] = [];

  async read(afterSequence: number): Promise<readonly LoggedEvent[]> {
    return this.events.slice(afterSequence);
  }

  async append(
    lastSequence: number,
    atMs: number,
    drafts: readonly EventDraft[],
  ): Promise<readonly LoggedEvent[]> {
    if (lastSequence !== this.events.length) throw new LogConflict("the log has grown");
    const events = drafts.map((draft, index) => logged(draft, lastSequence + index + 1, atMs));
    this.events.push(...events);
    return events;
  }
}

type Trouble = "before" | "after" | "removing";

/** Records in memory, whose next write or removal can be made to fail. */
export class MemoryRecords implements Records {
  readonly #records = new Map<string, StoredRecord>();
  readonly #isFrozen = Promise.withResolvers<void>();
  #writes = 0;
  #trouble: Trouble | undefined = undefined;
  #thaw: Promise<void> | undefined = undefined;

  /** The next write fails before or after it is done, or the next removal before it is done. */
  fail(trouble: Trouble): void {
    this.#trouble = trouble;
  }

  /** The next write of the head waits until the function is called that this returns. */
  freezeHead(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#thaw = promise;
    return resolve;
  }

  /** Resolves when a write waits. */
  frozen(): Promise<void> {
    return this.#isFrozen.promise;
  }

  damage(name: string, change: (text: string) => string): void {
    const record = this.#records.get(name);
    if (record !== undefined) this.#records.set(name, { ...record, text: change(record.text) });
  }

  *texts(): Iterable<string> {
    for (const { text } of this.#records.values()) yield text;
  }

  async find(name: string): Promise<StoredRecord | undefined> {
    return this.#records.get(name);
  }

  async list(): Promise<readonly string[]> {
    return [...this.#records.keys()];
  }

  async write(name: string, text: string, version: string | undefined): Promise<string> {
    this.#failIf("before");
    if (name === "head") await this.#freeze();
    if (this.#records.get(name)?.version !== version) throw new RecordConflict(name);
    const next = String(++this.#writes);
    this.#records.set(name, { text, version: next });
    this.#failIf("after");
    return next;
  }

  async remove(name: string): Promise<void> {
    this.#failIf("removing");
    this.#records.delete(name);
  }

  async #freeze(): Promise<void> {
    const thaw = this.#thaw;
    if (thaw === undefined) return;
    this.#thaw = undefined;
    this.#isFrozen.resolve();
    await thaw;
  }

  #failIf(trouble: Trouble): void {
    if (this.#trouble !== trouble) return;
    this.#trouble = undefined;
    throw new Error("no answer");
  }
}

/** Phones that note every page that arrives; a page that arrives twice is one to its reader. */
export class Phones implements Courier {
  readonly rung: { readonly atMs: number; readonly page: Page }[] = [];
  /** Answers in place of `sent`, for as long as there are any. */
  readonly answers: (() => Promise<AttemptOutcome>)[] = [];
  readonly #clock: VirtualClock;
  readonly #startMs: number;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
  }

  async send(page: Page): Promise<AttemptOutcome> {
    this.rung.push({ atMs: this.#clock.nowMs(), page });
    const answer = this.answers.shift();
    return answer === undefined ? { kind: "sent", reference: "" } : answer();
  }

  /** What was heard, a line each, in order. */
  heard(): readonly string[] {
    const seen = new Set<string>();
    return this.rung.flatMap(({ atMs, page }) => {
      if (seen.has(page.id)) return [];
      seen.add(page.id);
      return [`${minutes(atMs - this.#startMs)} ${page.user} ${page.contact.kind}`];
    });
  }
}

/** `5:00`. */
export function minutes(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export interface ReplicaOptions {
  readonly clock: Clock;
  readonly events: EventLog;
  readonly courier: Courier;
  readonly roster?: () => Roster;
  readonly leadership?: Leadership;
  readonly limits?: ThrottleLimits;
  readonly ledger?: Ledger;
  readonly onAppended?: (events: readonly LoggedEvent[]) => void;
  readonly pollMs?: number;
  readonly seed?: number;
}

/** A replica that runs until it is disposed of; its end waits for nothing. */
export async function openReplica(options: ReplicaOptions): Promise<OnCall & Disposable> {
  const roster = rosterOf();
  const onCall = await OnCall.open({
    clock: options.clock,
    random: seededRandom(options.seed ?? 1),
    log: silentLogger,
    events: options.events,
    ledger: options.ledger ?? new Ledger(),
    leadership: options.leadership ?? leadsAlone,
    courier: options.courier,
    roster: options.roster ?? (() => roster),
    limits: options.limits ?? {},
    pollMs: options.pollMs ?? 0,
    onAppended: options.onAppended ?? (() => {}),
  });
  const stop = new AbortController();
  const running = onCall.run(stop.signal);
  const dispose = () => {
    stop.abort(new Error("stopped"));
    running.catch(() => {});
  };
  return Object.assign(onCall, { [Symbol.dispose]: dispose });
}
