/**
 * A world in which replicas crash: three of them share a log and an election, and one is struck at the
 * nth time that it changes something outside of itself, before or after it has. What they share is
 * handed in, so that the same tests hold for every log and every election.
 */
import assert from "node:assert/strict";
import type { VirtualClock } from "#base/testing";
import type { LoggedEvent } from "../incident/event.ts";
import type { EventLog } from "../log/event-log.ts";
import { minuteMs } from "../schedule/wall-clock.ts";
import { openReplica, Phones, reportOf } from "../testing.ts";
import type { Leadership } from "./leadership.ts";
import type { OnCall } from "./on-call.ts";
import type { Courier } from "./page.ts";

export type Fate = "dies before" | "dies after" | "freezes before" | "freezes after";
export const fates: readonly Fate[] = [
  "dies before",
  "dies after",
  "freezes before",
  "freezes after",
];

export interface Blow {
  readonly fate: Fate;
  /** At which change, counted over all replicas from zero. */
  readonly step: number;
}

/** The way from one replica to everything outside of it; it breaks when the replica is struck. */
export interface Line {
  /** Does something that others see; it is here that replicas are struck. */
  change<T>(act: () => Promise<T>): Promise<T>;
  /** Does what is no step of its own: asks, or renews a lease. */
  pass<T>(act: () => Promise<T>): Promise<T>;
}

/** What the replicas share. */
export interface SharedGround {
  /** The replica's way to the log, and its candidacy. */
  connect(
    replica: number,
    line: Line,
  ): { readonly events: EventLog; readonly leadership: Leadership };
  /** The replica was struck; nobody but the world knows yet. */
  lose(replica: number, fate: Fate): void;
  /** Everything that the log says. */
  events(): Promise<readonly LoggedEvent[]>;
}

/** How long nobody leads after the leader was lost, at most. */
export const leaseMs = 15_000;
const frozenMs = 40_000;
const pollMs = 10_000;
const replicaCount = 3;

export class CrashWorld implements Disposable {
  readonly clock: VirtualClock;
  hasStruck = false;
  readonly #ground: SharedGround;
  readonly #phones: Phones;
  readonly #replicas: (OnCall & Disposable)[] = [];
  readonly #blow: Blow;
  /** A lease, the time after which an attempt counts as lost, a back-off, a look at the log. */
  readonly #toleranceMs: number;
  readonly #dead = new Set<number>();
  readonly #thaws = new Map<number, Promise<void>>();
  #changes = 0;

  /** `electionMs` is the longest time for which nobody leads. */
  static async open(
    ground: SharedGround,
    blow: Blow,
    { clock, electionMs }: { readonly clock: VirtualClock; readonly electionMs: number },
  ): Promise<CrashWorld> {
    const toleranceMs = electionMs + 20_000 + 10_000 + pollMs;
    const world = new CrashWorld(ground, blow, { clock, toleranceMs });
    for (let index = 0; index < replicaCount; index++) {
      const line = world.#lineOf(index);
      const { events, leadership } = ground.connect(index, line);
      const courier: Courier = {
        send: (page) => line.change(() => world.#phones.send(page)),
      };
      const options = { clock, events, leadership, courier, pollMs, seed: index };
      world.#replicas.push(await openReplica(options));
    }
    return world;
  }

  private constructor(
    ground: SharedGround,
    blow: Blow,
    { clock, toleranceMs }: { readonly clock: VirtualClock; readonly toleranceMs: number },
  ) {
    this.#ground = ground;
    this.#blow = blow;
    this.clock = clock;
    this.#phones = new Phones(clock);
    this.#toleranceMs = toleranceMs;
  }

  [Symbol.dispose](): void {
    for (const replica of this.#replicas) replica[Symbol.dispose]();
  }

  /** Whoever sends alerts tries the next replica when one does not answer. */
  async trigger(): Promise<void> {
    await this.#anybody((replica) => replica.trigger(reportOf()), "opened");
  }

  async acknowledge(): Promise<void> {
    const opened = await this.#find("opened");
    const command = { kind: "acknowledged", by: "alice", via: "test" } as const;
    await this.#anybody(
      (replica) => replica.command(opened?.incident ?? "", command).catch(() => {}),
      "acknowledged",
    );
  }

  heard(): readonly string[] {
    return this.#phones.heard();
  }

  /** Every message of which the log says that it is sent, with its attempts. */
  async started(): Promise<readonly string[]> {
    const events = await this.#ground.events();
    return events.flatMap((event) => (event.kind === "attemptStarted" ? [event.message] : []));
  }

  /** Alice hears of each round once by its first step, and Bob five minutes later and not before. */
  async checkRounds(startsMs: readonly number[]): Promise<void> {
    const events = await this.#ground.events();
    const opened = events.find(({ kind }) => kind === "opened");
    assert.ok(opened !== undefined);
    const steps = events.filter((event) => event.kind === "stepStarted");
    const due = startsMs.flatMap((startMs, round) => [
      { round, step: 0, dueMs: opened.atMs + startMs },
      { round, step: 1, dueMs: opened.atMs + startMs + 5 * minuteMs },
    ]);
    for (const { round, step, dueMs } of due) {
      // The last of them may still be to come.
      if (dueMs + this.#toleranceMs > this.clock.nowMs()) continue;
      const started = steps.filter((one) => one.round === round && one.step === step);
      const ids = started.flatMap((one) => one.messages.map(({ id }) => id));
      const place = `${this.#blow.fate} ${this.#blow.step}: round ${round}, step ${step}`;
      assert.equal(ids.length, 1, place);
      const lateMs = this.#rungMs(ids[0] ?? "", place) - dueMs;
      assert.ok(lateMs >= 0 && lateMs <= this.#toleranceMs, `${place} at ${lateMs}`);
    }
  }

  #rungMs(id: string, place: string): number {
    const first = this.#phones.rung.find(({ page }) => page.id === id);
    assert.ok(first !== undefined, `${place} was not heard`);
    return first.atMs;
  }

  async #anybody(
    ask: (replica: OnCall) => Promise<unknown>,
    kind: LoggedEvent["kind"],
  ): Promise<void> {
    for (const replica of this.#replicas) {
      const asked = ask(replica).catch(() => {});
      await Promise.race([asked, this.clock.advance(100)]);
      if ((await this.#find(kind)) !== undefined) return;
    }
    await this.clock.advance(frozenMs);
    assert.ok((await this.#find(kind)) !== undefined, `${kind} was taken in`);
  }

  async #find(kind: LoggedEvent["kind"]): Promise<LoggedEvent | undefined> {
    return (await this.#ground.events()).find((event) => event.kind === kind);
  }

  #lineOf(replica: number): Line {
    return {
      pass: async (act) => {
        await this.#isThere(replica);
        return act();
      },
      change: async (act) => {
        await this.#isThere(replica);
        return this.#change(replica, act);
      },
    };
  }

  /** Never resolves for the dead. */
  async #isThere(replica: number): Promise<void> {
    if (this.#dead.has(replica)) await new Promise(() => {});
    await this.#thaws.get(replica);
  }

  async #change<T>(replica: number, act: () => Promise<T>): Promise<T> {
    const isStruck = this.#changes++ === this.#blow.step;
    if (!isStruck) return act();
    this.hasStruck = true;
    const { fate } = this.#blow;
    if (fate.endsWith("before")) {
      await this.#strike(replica);
      return act();
    }
    const done = await act();
    await this.#strike(replica);
    return done;
  }

  async #strike(replica: number): Promise<void> {
    const { fate } = this.#blow;
    this.#ground.lose(replica, fate);
    if (fate.startsWith("dies")) {
      this.#dead.add(replica);
      await new Promise(() => {});
    }
    const thaw = new Promise<void>((resolve) => this.clock.schedule(frozenMs, resolve));
    this.#thaws.set(replica, thaw);
    await thaw;
  }
}

/** A lease: one candidate holds it, and who lost it is followed when it has run out. */
export class Election {
  readonly #clock: VirtualClock;
  readonly #dead = new Set<number>();
  readonly #waiting: { readonly index: number; readonly win: (term: AbortSignal) => void }[] = [];
  #holder: { readonly index: number; readonly term: AbortController } | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  candidate(index: number): Leadership {
    return {
      lead: () =>
        new Promise((resolve) => {
          this.#waiting.push({ index, win: resolve });
          this.#elect();
        }),
    };
  }

  lose(index: number, fate: Fate): void {
    if (fate.startsWith("dies")) this.#dead.add(index);
    const holder = this.#holder;
    if (holder?.index !== index) return;
    this.#clock.schedule(leaseMs, () => {
      this.#holder = undefined;
      this.#elect();
      // It hears of its loss last.
      holder.term.abort(new Error("lost the lease"));
    });
  }

  #elect(): void {
    if (this.#holder !== undefined) return;
    const at = this.#waiting.findIndex(({ index }) => !this.#dead.has(index));
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (next === undefined) return;
    const term = new AbortController();
    this.#holder = { index: next.index, term };
    next.win(term.signal);
  }
}
