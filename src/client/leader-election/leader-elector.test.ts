import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, type HttpTransport, silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { lease } from "#api/coordination/v1";
import { event } from "#api/core/v1";
import { openTestApiServer, type TestApiServer } from "#apiserver/testing";
import { createClient } from "../resource-client.ts";
import { LeaderElector } from "./leader-elector.ts";
import { leaderElectionDefaults } from "./plan.ts";

const key = { namespace: "kube-system", name: "kube-scheduler" };

test("one of many candidates leads, and the next one as soon as it is done", () =>
  withElection(async (world) => {
    const candidates = ["a", "b", "c"].map((name) => world.stand(name));
    await world.clock.advance(60_000);
    assert.deepEqual(world.take(), ["a leads"]);

    candidates[0]?.stop();
    // At most one waiting period, with its jitter.
    await world.clock.advance(4_400);
    const [ended, next] = world.take();
    assert.equal(ended, "a ends");
    assert.match(next ?? "", /^[bc] leads$/);
    assert.equal(await world.describeLease(), `${next?.[0]} transitions 1`);
  }));

test("a candidate alone leads at once, on a new lease and on its own from before a crash", () =>
  withElection(async (world) => {
    const former = world.stand("a");
    await world.clock.advance(1);
    former.vanish();
    await world.clock.advance(5_000);
    world.stand("a");
    await world.clock.advance(1);
    assert.deepEqual(world.take(), ["a leads", "a leads"]);
    assert.equal(await world.describeLease(), "a transitions 0");
  }));

test("others wait for the lease of a leader that vanished to run out", () =>
  withElection(async (world) => {
    const former = world.stand("a");
    await world.clock.advance(1);
    world.stand("b");
    await world.clock.advance(2_000);
    former.vanish();
    await world.clock.advance(12_000);
    assert.deepEqual(world.take(), ["a leads"]);
    await world.clock.advance(10_000);
    assert.deepEqual(world.take(), ["b leads"]);
    assert.equal(await world.describeLease(), "b transitions 1");
  }));

test("clocks may differ by years", () =>
  withElection(async (world) => {
    world.stand("a", { clock: skewed(world.clock, -3 * 365 * 24 * 3_600_000) });
    await world.clock.advance(1);
    world.stand("b", { clock: skewed(world.clock, 365 * 24 * 3_600_000) });
    await world.clock.advance(120_000);
    assert.deepEqual(world.take(), ["a leads"]);
  }));

test("a leader that cannot renew stops before anybody else may start, and comes back", () =>
  withElection(async (world) => {
    const cut = world.stand("a");
    await world.clock.advance(1);
    world.stand("b");
    await world.clock.advance(3_000);
    cut.sever();
    await world.clock.advance(10_000);
    assert.deepEqual(world.take(), ["a leads", "a ends"]);
    await world.clock.advance(10_000);
    assert.deepEqual(world.take(), ["b leads"]);
    cut.mend();
    await world.clock.advance(60_000);
    assert.deepEqual(world.take(), []);
    assert.equal(await world.describeLease(), "b transitions 1");
  }));

test("a leader stops when somebody took the lease from it", () =>
  withElection(async (world) => {
    world.stand("a");
    await world.clock.advance(1_000);
    const body = { spec: { holderIdentity: "a person" } };
    await world.client.of(lease).patch(key, { type: "merge", body }, {}, world.signal);
    await world.clock.advance(5_000);
    assert.deepEqual(world.take(), ["a leads", "a ends"]);
    await world.clock.advance(20_000);
    assert.deepEqual(world.take(), ["a leads"]);
  }));

test("a lease is kept until what it guards has ended", () =>
  withElection(async (world) => {
    const slow = world.stand("a", { windDownMs: 30_000 });
    await world.clock.advance(1);
    world.stand("b");
    slow.stop();
    await world.clock.advance(29_000);
    assert.deepEqual(world.take(), ["a leads"]);
    await world.clock.advance(6_000);
    assert.deepEqual(world.take(), ["a ends", "b leads"]);
  }));

test("who is stopped before it leads does not lead, and keeps nobody waiting", () =>
  withElection(async (world) => {
    world.stand("a").stop();
    await world.clock.advance(100);
    world.stand("b");
    await world.clock.advance(1);
    assert.deepEqual(world.take(), ["b leads"]);
  }));

test("who leads is told in Events of the lease", () =>
  withElection(async (world) => {
    world.stand("a");
    await world.clock.advance(100);
    const { items } = await world.client.of(event).list({ namespace: "kube-system" }, world.signal);
    assert.deepEqual(
      items.map(({ reason, message, source, involvedObject }) => [
        `${involvedObject.kind}/${involvedObject.name}`,
        source?.component,
        reason,
        message,
      ]),
      [["Lease/kube-scheduler", "test", "LeaderElection", "a became leader"]],
    );
  }));

interface StandOptions {
  readonly clock?: Clock;
  /** How long the work goes on after it was told to end. */
  readonly windDownMs?: number;
}

interface Standing {
  stop(): void;
  /** Dies without a word, as a killed process does. */
  vanish(): void;
  /** Cuts it off from the API server. */
  sever(): void;
  mend(): void;
}

async function withElection(scenario: (world: World) => Promise<void>): Promise<void> {
  const clock = new VirtualClock();
  await using api = await openTestApiServer({ clock });
  const world = new World(api, clock);
  try {
    await scenario(world);
  } finally {
    await world.end();
  }
}

class World {
  readonly clock: VirtualClock;
  readonly client;
  readonly signal = new AbortController().signal;
  readonly #transport: HttpTransport;
  readonly #stops: (() => void)[] = [];
  readonly #runs: Promise<void>[] = [];
  #happened: string[] = [];

  constructor(api: TestApiServer, clock: VirtualClock) {
    this.clock = clock;
    this.#transport = api.transport;
    this.client = createClient(api.transport);
  }

  stand(identity: string, { clock = this.clock, windDownMs = 0 }: StandOptions = {}): Standing {
    const stop = new AbortController();
    let state: "connected" | "severed" | "vanished" = "connected";
    const transport: HttpTransport = {
      send: (request, signal) =>
        state === "connected" ? this.#transport.send(request, signal) : neverAnswered(signal),
      upgrade: this.#transport.upgrade,
    };
    const deps = {
      client: createClient(transport),
      clock,
      random: seededRandom(identity.charCodeAt(0)),
      log: silentLogger,
    };
    const options = { ...leaderElectionDefaults, lease: key, identity, component: "test" };
    const say = (what: string) => {
      if (state !== "vanished") this.#happened.push(`${identity} ${what}`);
    };
    const lead = (term: AbortSignal) =>
      new Promise<void>((resolve) => {
        say("leads");
        const onEnd = () =>
          clock.schedule(windDownMs, () => {
            say("ends");
            resolve();
          });
        term.addEventListener("abort", onEnd, { once: true });
      });
    this.#runs.push(new LeaderElector(deps, options).run(stop.signal, lead));
    this.#stops.push(() => stop.abort());
    return {
      stop: () => stop.abort(),
      vanish: () => void (state = "vanished"),
      sever: () => void (state = "severed"),
      mend: () => void (state = "connected"),
    };
  }

  /** What happened since the last time. */
  take(): readonly string[] {
    const taken = this.#happened;
    this.#happened = [];
    return taken;
  }

  async describeLease(): Promise<string> {
    const { spec } = await this.client.of(lease).get(key, this.signal);
    return `${spec.holderIdentity} transitions ${spec.leaseTransitions}`;
  }

  /** Everything ends, and nothing is left waiting. */
  async end(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.clock.advance(60_000);
    await Promise.all(this.#runs);
  }
}

function skewed(clock: Clock, byMs: number): Clock {
  return {
    nowMs: () => clock.nowMs() + byMs,
    elapsedMs: () => clock.elapsedMs(),
    schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
  };
}

function neverAnswered(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
