/**
 * Several members on a simulated network and the virtual clock, in a short notation: who is there as each
 * of them sees it, `1:123 2:123 3:123`, and the words that each of them knows.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, VirtualClock } from "#base/testing";
import { type Cluster, type ClusterOptions, isLong, type Tell } from "./cluster.ts";
import { GossipError } from "./gossip-error.ts";
import { openSimulatedPeer, SimulatedNetwork } from "./testing.ts";

class Play implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly network: SimulatedNetwork;
  readonly #random;
  readonly #players = new Map<number, Player>();

  constructor(seed = 1) {
    this.#random = seededRandom(seed);
    this.network = new SimulatedNetwork(this.clock, this.#random.fork("network"));
  }

  async enter(
    place: number,
    knows: readonly number[],
    options: Partial<ClusterOptions> = {},
  ): Promise<Cluster> {
    const world = { clock: this.clock, random: this.#random, network: this.network };
    const cluster = await openSimulatedPeer(world, place, { ...options, knows });
    const words = new Set<string>();
    const encode = () => new TextEncoder().encode([...words].join(" "));
    const merge = (bytes: Uint8Array) => {
      const news = new TextDecoder()
        .decode(bytes)
        .split(" ")
        .filter((word) => !words.has(word));
      for (const word of news) {
        words.add(word);
        // As upstream's states do: what was told to all alike is not told again.
        if (!isLong(bytes.length)) tell(new TextEncoder().encode(word));
      }
    };
    const tell = cluster.share({ key: "words", encode, merge });
    const stopping = new AbortController();
    const running = cluster.run(stopping.signal);
    this.#players.set(place, { cluster, words, tell, stopping, running });
    return cluster;
  }

  async seconds(count: number): Promise<void> {
    await this.clock.advance(count * 1_000);
  }

  say(place: number, word: string): void {
    const player = this.#players.get(place);
    player?.words.add(word);
    player?.tell(new TextEncoder().encode(word));
  }

  /** Goes without a word, as a machine does that loses its power. */
  async kill(place: number): Promise<void> {
    const player = this.#players.get(place);
    this.#players.delete(place);
    await player?.cluster[Symbol.asyncDispose]();
  }

  async leave(place: number): Promise<void> {
    const player = this.#players.get(place);
    this.#players.delete(place);
    player?.stopping.abort();
    await this.seconds(2);
    await player?.running;
    await player?.cluster[Symbol.asyncDispose]();
  }

  /** Whom each of them sees. */
  get views(): string {
    const digit = (name: string) => name.slice("peer-".length);
    return [...this.#players]
      .map(([place, { cluster }]) => {
        const seen = cluster.peers().map(({ name }) => digit(name));
        return `${place}:${seen.join("")}`;
      })
      .join(" ");
  }

  get words(): string {
    return [...this.#players]
      .map(([place, { words }]) => {
        const shown = [...words].map((word) => word.replace(/o+ng/, "ong"));
        return `${place}:${shown
          .filter((word) => word !== "")
          .sort()
          .join()}`;
      })
      .join(" ");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const place of this.#players.keys()) await this.kill(place);
    await this.clock.advance(60_000);
    assert.equal(this.clock.timerCount, 0, "nothing is left running");
  }
}

interface Player {
  readonly cluster: Cluster;
  readonly words: Set<string>;
  readonly tell: Tell;
  readonly stopping: AbortController;
  readonly running: Promise<void>;
}

test("members find each other by any of them, and stand in the order of their names", async () => {
  await using play = new Play();
  await play.enter(3, []);
  await play.enter(1, [3]);
  const second = await play.enter(2, [1]);
  await play.seconds(3);
  assert.equal(play.views, "3:123 1:123 2:123");
  assert.equal(second.position, 1);
});

test("a member alone settles, and one that finds others settles with them", async () => {
  await using play = new Play();
  const first = await play.enter(1, []);
  await play.seconds(9);
  assert.equal(first.status, "settling");
  const { signal } = new AbortController();
  const settled = first.settled(signal).then(() => play.clock.elapsedMs());
  await play.seconds(2);
  assert.equal(first.status, "ready");
  assert.equal(await settled, 10_000);
  const impatient = await play.enter(2, [1], { settleTimeoutMs: 3_000 });
  await play.seconds(4);
  assert.equal(impatient.status, "ready");
});

test("whoever gives up waiting is not kept", async () => {
  await using play = new Play();
  const first = await play.enter(1, []);
  const controller = new AbortController();
  const settled = first.settled(controller.signal);
  controller.abort(new Error("out of time"));
  await assert.rejects(settled, { message: "out of time" });
});

test("what one says all know, whether it is short or long", async () => {
  await using play = new Play();
  for (const place of [1, 2, 3, 4, 5]) await play.enter(place, [1]);
  await play.seconds(5);
  play.say(2, "short");
  play.say(3, `l${"o".repeat(3_000)}ng`);
  await play.seconds(2);
  assert.equal(play.words, "1:long,short 2:long,short 3:long,short 4:long,short 5:long,short");
});

test("whoever comes learns what was said before", async () => {
  await using play = new Play();
  await play.enter(1, []);
  play.say(1, "early");
  await play.seconds(5);
  await play.enter(2, [1]);
  await play.seconds(1);
  assert.equal(play.words, "1:early 2:early");
});

test("who leaves is gone at once, who is lost after a few seconds", async () => {
  await using play = new Play();
  for (const place of [1, 2, 3, 4]) await play.enter(place, [1]);
  await play.seconds(5);
  await play.leave(4);
  assert.equal(play.views, "1:123 2:123 3:123");
  await play.kill(2);
  await play.seconds(1);
  assert.equal(play.views, "1:123 3:123");
  await play.seconds(14);
  assert.equal(play.views, "1:13 3:13");
});

test("a lost member comes back, under its name and by itself", async () => {
  await using play = new Play();
  for (const place of [1, 2, 3]) await play.enter(place, [1, 2, 3]);
  await play.seconds(5);
  await play.kill(1);
  await play.seconds(60);
  play.say(2, "meanwhile");
  await play.enter(1, []);
  await play.seconds(15);
  assert.equal(play.views, "2:123 3:123 1:123");
  assert.equal(play.words, "2:meanwhile 3:meanwhile 1:meanwhile");
});

test("both sides of a split network go on, and know everything once it is whole", async () => {
  await using play = new Play();
  for (const place of [1, 2, 3]) await play.enter(place, [1, 2, 3]);
  await play.seconds(5);
  play.network.separate("10.0.0.3", 1);
  await play.seconds(30);
  assert.equal(play.views, "1:12 2:12 3:3");
  play.say(1, "here");
  play.say(3, "there");
  await play.seconds(60);
  assert.equal(play.words, "1:here 2:here 3:there");
  play.network.heal();
  await play.seconds(15);
  assert.equal(play.views, "1:123 2:123 3:123");
  assert.equal(play.words, "1:here,there 2:here,there 3:here,there");
});

test("on a bad network nobody is given up, and everything is known in the end", async () => {
  await using play = new Play(3);
  for (const place of [1, 2, 3]) await play.enter(place, [1]);
  await play.seconds(5);
  play.network.faults = { lost: 0.3, doubled: 0.2, delayMs: [5, 150] };
  for (let index = 0; index < 20; index++) {
    play.say((index % 3) + 1, `w${index}`);
    await play.seconds(10);
    assert.equal(play.views, "1:123 2:123 3:123", `after ${index} words`);
  }
  await play.seconds(120);
  const [first = "", ...others] = play.words.split(" ").map((text) => text.slice(2));
  assert.equal(first.split(",").length, 20);
  assert.deepEqual(others, [first, first]);
});

test("clusters with different labels do not hear each other", async () => {
  await using play = new Play();
  await play.enter(1, [], { label: "blue" });
  await play.enter(2, [1], { label: "green" });
  await play.enter(3, [1], { label: "blue" });
  await play.enter(4, [1]);
  await play.seconds(30);
  assert.equal(play.views, "1:13 2:2 3:13 4:4");
  await assert.rejects(play.enter(5, [], { label: "x".repeat(300) }), GossipError);
});

test("the same seed gives the same run", async () => {
  const run = async () => {
    await using play = new Play(5);
    play.network.faults = { lost: 0.4, doubled: 0.1, delayMs: [1, 400] };
    const views: string[] = [];
    for (const place of [1, 2, 3]) await play.enter(place, [1]);
    for (let second = 0; second < 40; second++) {
      await play.seconds(1);
      views.push(play.views);
    }
    return views;
  };
  assert.deepEqual(await run(), await run());
});

test("nobody waits for others on account of a cluster that is broken", async () => {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const network = new SimulatedNetwork(clock, random);
  const broken = new Error("the clock stands still");
  let isBroken = false;
  const breaking = {
    nowMs: () => clock.nowMs(),
    elapsedMs: () => clock.elapsedMs(),
    schedule: (delayMs: number, callback: () => void) => {
      if (isBroken) throw broken;
      return clock.schedule(delayMs, callback);
    },
  };
  const world = { clock: breaking, random, network };
  await using cluster = await openSimulatedPeer(world, 1, { knows: [] });
  isBroken = true;
  await assert.rejects(cluster.run(new AbortController().signal), broken);
  assert.equal(cluster.status, "ready");
  await cluster.settled(new AbortController().signal);
});
