/**
 * Three Alertmanagers that are told the same alerts, on a simulated network and the virtual clock: how
 * often somebody hears of an alert when all is well, and when packets, lines or machines are lost.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { matchersIn, Scenario } from "#alerting/testing";
import { seededRandom, VirtualClock } from "#base/testing";
import type { Cluster } from "#gossip";
import { openSimulatedPeer, SimulatedNetwork } from "#gossip/testing";
import { ClusterPeering } from "../../src/main/alertmanager/cluster-peering.ts";

const places = [1, 2, 3] as const;
const route = { receiver: "hook", groupWaitMs: 1_000, groupIntervalMs: 5_000 };
const settleSeconds = 12;

class Site implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly network: SimulatedNetwork;
  readonly #random;
  readonly #instances = new Map<number, Instance>();

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.network = new SimulatedNetwork(this.clock, this.#random.fork("network"));
  }

  async start(place: number): Promise<Scenario> {
    const world = { clock: this.clock, random: this.#random, network: this.network };
    const cluster = await openSimulatedPeer(world, place, { knows: places });
    const peering = new ClusterPeering(cluster, this.clock, {
      peerTimeoutMs: 15_000,
      retentionMs: 120 * 3_600_000,
    });
    const { peers, onLogged, onSilence } = peering;
    const scenario = new Scenario({ route, clock: this.clock, peers, onLogged, onSilence });
    peering.share(scenario.manager, { onTold: () => {}, onSilenced: () => {} });
    const stopping = new AbortController();
    const running = cluster.run(stopping.signal);
    this.#instances.set(place, { cluster, scenario, stopping, running });
    return scenario;
  }

  async startAll(): Promise<void> {
    for (const place of places) await this.start(place);
    await this.seconds(settleSeconds);
  }

  async seconds(count: number): Promise<void> {
    await this.clock.advance(count * 1_000);
  }

  /** Reports to all instances, as a Prometheus does. */
  async report(word: string): Promise<void> {
    for (const { scenario } of this.#instances.values()) {
      await scenario.report(`${scenario.second()} ${word}`);
    }
  }

  /** What was told since it was asked last, by whom: `1 a`. */
  told(): readonly string[] {
    return [...this.#instances].flatMap(([place, { scenario }]) =>
      scenario.told.splice(0).map((line) => `${place} ${line.replace(/^.*: /, "")}`),
    );
  }

  silence(place: number, matchers: string): string {
    const nowMs = this.clock.nowMs();
    return this.#at(place).scenario.manager.silences.set({
      matcherSets: [matchersIn(matchers)],
      startsAtMs: nowMs,
      endsAtMs: nowMs + 3_600_000,
      createdBy: "me",
      comment: "",
      annotations: {},
    });
  }

  expire(place: number, id: string): void {
    this.#at(place).scenario.manager.silences.expire(id);
  }

  /** The silences that each has, with their ends in seconds from now. */
  silences(): readonly string[] {
    return [...this.#instances.values()].map(({ scenario }) =>
      scenario.manager.silences
        .list()
        .map(({ id, endsAtMs }) => `${id} ${(endsAtMs - this.clock.nowMs()) / 1_000}`)
        .sort()
        .join(),
    );
  }

  /** The machine loses its power. */
  async kill(place: number): Promise<void> {
    const { cluster, scenario } = this.#at(place);
    this.#instances.delete(place);
    scenario.manager.stop();
    await cluster[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const place of this.#instances.keys()) await this.kill(place);
    await this.seconds(120);
    assert.equal(this.clock.timerCount, 0, "nothing is left running");
  }

  #at(place: number): Instance {
    const found = this.#instances.get(place);
    assert.ok(found !== undefined, `instance ${place} runs`);
    return found;
  }
}

interface Instance {
  readonly cluster: Cluster;
  readonly scenario: Scenario;
  readonly stopping: AbortController;
  readonly running: Promise<void>;
}

test("when all is well exactly one tells, of the beginning and of the end", async () => {
  await using site = new Site(1);
  await site.startAll();
  await site.report("+a");
  await site.seconds(60);
  assert.deepEqual(site.told(), ["1 a"]);
  await site.report("-a");
  await site.seconds(60);
  assert.deepEqual(site.told(), ["1 -a"]);
});

test("on a network that loses every fifth packet exactly one tells too", async () => {
  for (let seed = 1; seed <= 5; seed++) {
    await using site = new Site(seed);
    site.network.faults = { lost: 0.2, doubled: 0.2, delayMs: [5, 200] };
    await site.startAll();
    await site.report("+a");
    await site.seconds(60);
    assert.deepEqual(site.told(), ["1 a"], `seed ${seed}`);
  }
});

test("when the first is gone the second tells after its wait, before anybody notices", async () => {
  await using site = new Site(2);
  await site.startAll();
  await site.kill(1);
  await site.report("+a");
  await site.seconds(3);
  assert.deepEqual(site.told(), []);
  await site.seconds(60);
  assert.deepEqual(site.told(), ["2 a"]);
});

test("both sides of a split network tell, and once it is whole only one does", async () => {
  await using site = new Site(3);
  await site.startAll();
  site.network.separate("10.0.0.3", 1);
  await site.seconds(30);
  await site.report("+a");
  await site.seconds(60);
  assert.deepEqual(site.told(), ["1 a", "3 a"]);
  site.network.heal();
  await site.seconds(30);
  await site.report("+b{x=1}");
  await site.seconds(60);
  assert.deepEqual(site.told(), ["1 a b{x=1}"]);
});

test("whatever fails, an alert is told at least once", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    await using site = new Site(seed);
    const random = seededRandom(seed);
    site.network.faults = { lost: 0.5, doubled: 0.3, delayMs: [1, 2_000] };
    await site.startAll();
    const [lone = 1, killed = 2] = random.fraction() < 0.5 ? [1, 2] : [3, 1];
    site.network.separate(`10.0.0.${lone}`, 1);
    await site.seconds(random.fraction() * 20);
    await site.report("+a");
    await site.seconds(random.fraction() * 20);
    await site.kill(killed);
    await site.seconds(120);
    const told = site.told().filter((line) => line.endsWith(" a"));
    assert.ok(told.length >= 1, `seed ${seed}`);
  }
});

test("an instance that comes back tells nothing again that others have told", async () => {
  await using site = new Site(4);
  await site.startAll();
  await site.report("+a");
  await site.seconds(30);
  await site.kill(1);
  assert.deepEqual(site.told(), []);
  const back = await site.start(1);
  await back.report(`${back.second()} +a`);
  await site.seconds(60);
  assert.deepEqual(site.told(), []);
});

test("a silence made anywhere holds everywhere, until it is ended anywhere", async () => {
  await using site = new Site(5);
  await site.startAll();
  const id = site.silence(3, "alertname=a");
  await site.seconds(2);
  await site.report("+a");
  await site.seconds(60);
  assert.deepEqual(site.told(), []);
  site.expire(2, id);
  await site.seconds(60);
  assert.deepEqual(site.told(), ["1 a"]);
});

test("silences of both sides of a split network are one set once it is whole", async () => {
  await using site = new Site(6);
  await site.startAll();
  const shared = site.silence(1, "alertname=a");
  await site.seconds(5);
  site.network.separate("10.0.0.3", 1);
  await site.seconds(30);
  site.silence(1, "alertname=b");
  site.expire(3, shared);
  await site.seconds(5);
  const apart = site.silences();
  assert.notEqual(apart[0], apart[2]);
  site.network.heal();
  await site.seconds(30);
  const [first = "", ...others] = site.silences();
  assert.deepEqual(others, [first, first]);
  assert.match(first, new RegExp(`${shared} -35`));
});
