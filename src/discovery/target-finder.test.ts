import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import type { DiscoveryConfig } from "#promconfig";
import { labelsOf } from "#series";
import { type FoundTargets, TargetFinder } from "./target-finder.ts";
import type { Publish } from "./target-group.ts";

test("the first news is told soon, more of it at most every five seconds", async () => {
  await using play = new Play();
  play.apply({ a: ["x"] });
  await play.clock.advance(0);
  const publish = play.publisher("x");
  publish([groupOf("1", "t1")]);
  publish([groupOf("2", "t2")]);
  await play.clock.advance(250);
  assert.deepEqual(play.told, ["a:", "a: 0/1=t1 0/2=t2"]);
  await play.clock.advance(10_000);
  publish([groupOf("1")]);
  await play.clock.advance(0);
  publish([groupOf("1", "t3")]);
  await play.clock.advance(4_999);
  const before = play.told.length;
  await play.clock.advance(1);
  assert.deepEqual([before, play.told.slice(2)], [3, ["a: 0/2=t2", "a: 0/2=t2 0/1=t3"]]);
  assert.deepEqual(play.counts(), [["a", 2]]);
});

test("news after a quiet time is told at once", async () => {
  await using play = new Play();
  play.apply({ a: ["x"] });
  await play.clock.advance(60_000);
  play.publisher("x")([groupOf("1", "t1")]);
  await play.clock.advance(0);
  assert.equal(play.told.at(-1), "a: 0/1=t1");
});

test("a reload keeps what did not change, ends what is gone, and is told at once", async () => {
  await using play = new Play();
  play.apply({ a: ["x", "y"], b: ["x"] });
  await play.clock.advance(0);
  play.publisher("x")([groupOf("1", "t1")]);
  play.publisher("y")([groupOf("1", "t2")]);
  await play.clock.advance(5_000);
  play.apply({ b: ["z", "x"], c: ["x"] });
  await play.clock.advance(0);
  assert.deepEqual(
    [play.told.slice(1), play.started, play.ended],
    [["a: 0/1=t1 1/1=t2 | b: 0/1=t1", "b: 1/1=t1 | c: 0/1=t1"], ["x", "y", "z"], ["y"]],
  );
});

test("a discoverer that breaks is started again later, and its targets stay", async () => {
  await using play = new Play();
  play.apply({ a: ["x"] });
  await play.clock.advance(0);
  play.publisher("x")([groupOf("1", "t1")]);
  play.fail("x");
  await play.clock.advance(10_000);
  assert.deepEqual([play.started, play.told.at(-1)], [["x", "x"], "a: 0/1=t1"]);
});

/** Discoverers that the test plays; a section is the name of one. */
class Play implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly told: string[] = [];
  readonly started: string[] = [];
  readonly ended: string[] = [];
  readonly #publishers = new Map<string, Publish>();
  readonly #failures = new Map<string, (error: Error) => void>();
  readonly #stop = new AbortController();
  readonly #finder: TargetFinder;
  readonly #running: Promise<void>;

  constructor() {
    const createDiscoverer = (config: DiscoveryConfig) => {
      const name = config.kind === "static" ? (config.groups[0]?.targets[0] ?? "") : "";
      return {
        run: (signal: AbortSignal, publish: Publish) =>
          new Promise<void>((resolve, reject) => {
            this.started.push(name);
            this.#publishers.set(name, publish);
            this.#failures.set(name, reject);
            signal.addEventListener("abort", () => {
              this.ended.push(name);
              resolve();
            });
          }),
      };
    };
    const deps = { clock: this.clock, log: silentLogger, createDiscoverer };
    this.#finder = new TargetFinder(deps, (found) => this.told.push(show(found)));
    this.#running = this.#finder.run(this.#stop.signal);
  }

  apply(jobs: Readonly<Record<string, readonly string[]>>): void {
    const sections = Object.entries(jobs).map(([job, names]) => {
      const configs = names.map((name) => ({
        kind: "static" as const,
        groups: [{ targets: [name], labels: [] }],
      }));
      return [job, configs] as const;
    });
    this.#finder.apply(new Map(sections));
  }

  counts(): readonly (readonly [string, number])[] {
    return [...this.#finder.discoveredCounts()];
  }

  publisher(name: string): Publish {
    const publish = this.#publishers.get(name);
    assert.ok(publish !== undefined);
    return publish;
  }

  fail(name: string): void {
    this.#failures.get(name)?.(new Error("broken"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    assert.equal(this.clock.timerCount, 0);
  }
}

function groupOf(source: string, ...addresses: readonly string[]) {
  const targets = addresses.map((address) => labelsOf([["__address__", address]]));
  return { source, targets, labels: [] };
}

function show(found: FoundTargets): string {
  const jobs = Array.from(found, ([job, groups]) => {
    const shown = groups.map(({ source, targets }) => {
      return ` ${source}=${targets.map((target) => target[1]).join(",")}`;
    });
    return `${job}:${shown.join("")}`;
  });
  return jobs.join(" | ");
}
