/**
 * Crashes at every step. Three replicas share a log; the one that leads dies, or is frozen for a while
 * and goes on late, at the nth time it touches the log or a phone, before or after it has its effect.
 * Whatever n is, phones hear what they would have heard, a little later at most.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, VirtualClock } from "#base/testing";
import type { EventDraft, LoggedEvent } from "../incident/event.ts";
import { type EventLog, LogConflict } from "../log/event-log.ts";
import { minuteMs } from "../schedule/wall-clock.ts";
import { openReplica, Phones, reportOf, SharedLog } from "../testing.ts";
import type { Leadership } from "./leadership.ts";
import type { OnCall } from "./on-call.ts";
import type { Courier } from "./page.ts";

type Fate = "dies before" | "dies after" | "freezes before" | "freezes after";
const fates: readonly Fate[] = ["dies before", "dies after", "freezes before", "freezes after"];
/** How long nobody leads after the leader was lost. */
const leaseMs = 15_000;
const frozenMs = 40_000;
const pollMs = 10_000;
/** The lease, the time after which an attempt counts as lost, a back-off, and a look at the log. */
const toleranceMs = leaseMs + 20_000 + 10_000 + pollMs;

for (const fate of fates) {
  test(`one primary page a round and the backup at five, when the leader ${fate} any step`, async () => {
    for (let step = 0; step < 60; step++) {
      const world = await World.open({ fate, step });
      await world.trigger();
      await world.clock.advance(22 * minuteMs);
      world.checkRounds(["0:00", "15:00"]);
      if (!world.hasStruck) break;
    }
  });
}

test("nobody is paged after an acknowledgement, whenever it comes and whoever dies", async () => {
  const random = seededRandom(2026);
  for (let round = 0; round < 80; round++) {
    const fate = fates[round % fates.length] ?? "dies before";
    const world = await World.open({ fate, step: Math.floor(random.fraction() * 40) });
    await world.trigger();
    const ackMs = Math.floor(random.fraction() * 20 * minuteMs);
    await world.clock.advance(ackMs);
    await world.acknowledge();
    const planned = world.started();
    await world.clock.advance(16 * minuteMs);
    assert.deepEqual(world.started(), planned);
  }
});

test("an alert that was taken in is never forgotten, and one that was not is refused", async () => {
  for (let step = 0; step < 12; step++) {
    const world = await World.open({ fate: "dies after", step });
    await world.trigger();
    await world.clock.advance(minuteMs);
    assert.equal(world.heard()[0], world.hasStruck ? world.heard()[0] : "0:00 alice email");
    assert.ok(world.heard().length >= 1);
  }
});

interface Blow {
  readonly fate: Fate;
  /** At which touch of the log or a phone, counted over all replicas from zero. */
  readonly step: number;
}

class World {
  readonly clock = new VirtualClock();
  readonly #log = new SharedLog();
  readonly #phones = new Phones(this.clock);
  readonly #election = new Election(this.clock);
  readonly #replicas: OnCall[] = [];
  readonly #blow: Blow;
  #touches = 0;
  hasStruck = false;

  static async open(blow: Blow): Promise<World> {
    const world = new World(blow);
    for (let index = 0; index < 3; index++) {
      const { clock } = world;
      const replica = await openReplica({
        clock,
        events: world.#breaking(world.#log, index),
        courier: world.#ringing(index),
        leadership: world.#election.candidate(index),
        pollMs,
        seed: index,
      });
      world.#replicas.push(replica);
    }
    return world;
  }

  private constructor(blow: Blow) {
    this.#blow = blow;
  }

  /** Whoever sends alerts tries the next replica when one does not answer. */
  async trigger(): Promise<void> {
    await this.#anybody((replica) => replica.trigger(reportOf()), "opened");
  }

  async acknowledge(): Promise<void> {
    const opened = this.#log.events.find(({ kind }) => kind === "opened");
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
  started(): readonly string[] {
    return this.#log.events.flatMap((event) =>
      event.kind === "attemptStarted" ? [event.message] : [],
    );
  }

  /** Alice hears of each round once by its first step, and Bob five minutes later and not before. */
  checkRounds(starts: readonly string[]): void {
    const opened = this.#log.events.find(({ kind }) => kind === "opened");
    assert.ok(opened !== undefined);
    const steps = this.#log.events.filter((event) => event.kind === "stepStarted");
    const pages = new Map<string, number>();
    for (const { atMs, page } of this.#phones.rung) {
      if (!pages.has(page.id)) pages.set(page.id, atMs);
    }
    for (const [round, start] of starts.entries()) {
      for (const [step, offsetMs] of [
        [0, 0],
        [1, 5 * minuteMs],
      ] as const) {
        const started = steps.filter((one) => one.round === round && one.step === step);
        // The last of them may still be to come.
        const dueMs = opened.atMs + Number(start.split(":")[0]) * minuteMs + offsetMs;
        if (dueMs + toleranceMs > this.clock.nowMs()) continue;
        const ids = started.flatMap((one) => one.messages.map(({ id }) => id));
        const place = `${this.#blow.fate} ${this.#blow.step}: round ${round}, step ${step}`;
        assert.equal(ids.length, 1, place);
        const rungMs = pages.get(ids[0] ?? "");
        assert.ok(rungMs !== undefined, `${place} was not heard`);
        assert.ok(
          rungMs >= dueMs && rungMs <= dueMs + toleranceMs,
          `${place} at ${rungMs - dueMs}`,
        );
      }
    }
  }

  async #anybody(
    ask: (replica: OnCall) => Promise<unknown>,
    kind: LoggedEvent["kind"],
  ): Promise<void> {
    for (const replica of this.#replicas) {
      const asked = ask(replica).catch(() => {});
      await Promise.race([asked, this.clock.advance(100)]);
      if (this.#log.events.some((event) => event.kind === kind)) return;
    }
    await this.clock.advance(frozenMs);
    assert.ok(
      this.#log.events.some((event) => event.kind === kind),
      `${kind} was taken in`,
    );
  }

  /** Does something that leaves the replica, unless this is where it is struck. */
  async #touch<T>(replica: number, act: () => Promise<T>): Promise<T> {
    if (this.#election.isDead(replica)) return new Promise(() => {});
    const isStruck = this.#touches++ === this.#blow.step;
    if (!isStruck) return act();
    this.hasStruck = true;
    const { fate } = this.#blow;
    const isAfter = fate.endsWith("after");
    const done = isAfter ? await act() : undefined;
    this.#election.lose(replica);
    if (fate.startsWith("dies")) {
      this.#election.bury(replica);
      return new Promise(() => {});
    }
    await new Promise<void>((resolve) => this.clock.schedule(frozenMs, resolve));
    return isAfter ? (done as T) : act();
  }

  #breaking(log: EventLog, replica: number): EventLog {
    return {
      // Reading changes nothing, so being struck there is being struck before what comes next.
      read: (after) => log.read(after),
      append: (last: number, atMs: number, drafts: readonly EventDraft[]) =>
        this.#touch(replica, () => log.append(last, atMs, drafts)),
    };
  }

  #ringing(replica: number): Courier {
    return { send: (page) => this.#touch(replica, () => this.#phones.send(page)) };
  }
}

/** A lease: one candidate holds it, and who lost it is followed when it has run out. */
class Election {
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

  isDead(index: number): boolean {
    return this.#dead.has(index);
  }

  bury(index: number): void {
    this.#dead.add(index);
  }

  lose(index: number): void {
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

test("of two who append at once, one is refused", async () => {
  const log = new SharedLog();
  const draft = { kind: "exhausted", incident: "a" } as const;
  await log.append(0, 1, [draft]);
  await assert.rejects(log.append(0, 2, [draft]), LogConflict);
});
