import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "#base";
import { promisesSettled, VirtualClock } from "#base/testing";
import { labelsOf, type Querier, type Queryable, type SeriesSource } from "#series";
import { createEngine, type QueryEngine } from "./engine.ts";

const { signal } = new AbortController();

test("queries beyond the limit wait for their turn, in the order in which they came", async () => {
  const storage = new GatedStorage();
  const engine = createEngine({ clock: new VirtualClock() }, { runningMax: 2 });
  const answers = ["up", "up + 1", "up + 2", "up + 3"].map((query) => ask(engine, query, storage));
  await promisesSettled();
  assert.equal(show(engine), "up running | up + 1 running | up + 2 queued | up + 3 queued");
  storage.answer();
  await answers[0];
  await promisesSettled();
  assert.equal(show(engine), "up + 1 running | up + 2 running | up + 3 queued");
  storage.answer();
  storage.answer();
  await promisesSettled();
  storage.answer();
  await Promise.all(answers);
  assert.equal(show(engine), "");
});

test("a query that waits too long gives up, and leaves the queue", async () => {
  const clock = new VirtualClock();
  const engine = createEngine({ clock }, { runningMax: 1, timeoutMs: 1_000 });
  const first = assert.rejects(ask(engine, "up", new GatedStorage()), { kind: "timeout" });
  const second = assert.rejects(
    engine.instant("up + 1", { timeMs: 0, timeoutMs: 10 }, new GatedStorage(), signal),
    { kind: "timeout", message: "query timed out in query queue" },
  );
  await clock.advance(10);
  await second;
  assert.equal(show(engine), "up running");
  await clock.advance(990);
  await first;
  assert.equal(clock.timerCount, 0);
  assert.equal(show(engine), "");
});

test("a storage that does not answer in time is told to stop", async () => {
  const clock = new VirtualClock();
  const engine = createEngine({ clock }, { timeoutMs: 1_000 });
  const answer = assert.rejects(ask(engine, "up", new GatedStorage()), {
    kind: "timeout",
    message: "expanding series: context deadline exceeded",
  });
  await clock.advance(1_000);
  await answer;
});

test("a query that is canceled while the storage works says so", async () => {
  const engine = createEngine({ clock: new VirtualClock() });
  const answer = assert.rejects(ask(engine, "up", new GatedStorage()), {
    kind: "canceled",
    message: "expanding series: context canceled",
  });
  await promisesSettled();
  assert.equal(engine.cancel(1), true);
  await answer;
});

test("what the storage refuses is the query's failure", async () => {
  const storage: Queryable = {
    querier: async () => querierOf(() => Promise.reject(new Error("the disk is gone"))),
  };
  const engine = createEngine({ clock: new VirtualClock() });
  await assert.rejects(ask(engine, "up", storage), {
    kind: "execution",
    message: "expanding series: the disk is gone",
  });
});

test("an evaluation that takes too long ends between two series", async () => {
  const clock = tickingClock();
  const storage: Queryable = { querier: async () => querierOf(async () => manySeries(10_000)) };
  const engine = createEngine({ clock }, { timeoutMs: 500 });
  await assert.rejects(ask(engine, "sum(up)", storage), {
    kind: "timeout",
    message: "query timed out in expression evaluation",
  });
});

test("a series that takes long lets others in, is counted once and gives the same", async () => {
  // 3,600 samples in the window of each of 200 steps, of a selection and of subqueries in each other.
  const queries = [
    "sum_over_time(up[1h])",
    "sum_over_time(vector(time())[1h:1s])",
    "max_over_time(sum_over_time(vector(time())[1h:1s])[10m:10s])",
  ];
  const storage: Queryable = { querier: async () => querierOf(async () => [denseSeries()]) };
  const range = { startMs: 3_600_000, endMs: 4_596_000, stepMs: 5_000 } as const;
  const options = { ...range, perStepStatistics: "wanted" } as const;
  for (const query of queries) {
    const slow = slowClock();
    const [steady, paused] = await Promise.all(
      [new VirtualClock(), slow.clock].map((clock) =>
        createEngine({ clock }, { perStepStatistics: "available", timeoutMs: 1e9 }).range(
          query,
          options,
          storage,
          signal,
        ),
      ),
    );
    assert.ok(slow.pauses() > 0, query);
    assert.deepEqual(paused?.value, steady?.value, query);
    assert.deepEqual(paused?.statistics.samples, steady?.statistics.samples, query);
  }
});

test("a series that takes too long ends within itself", async () => {
  const engine = createEngine({ clock: tickingClock() }, { timeoutMs: 20 });
  const range = { startMs: 0, endMs: 1_000_000, stepMs: 1_000 };
  const query = "sum_over_time(vector(time())[1h:1s])";
  const none: Queryable = { querier: async () => querierOf(async () => []) };
  await assert.rejects(engine.range(query, range, none, signal), { kind: "timeout" });
});

test("labels that grow with each function are refused before they fill the memory", async () => {
  const nested = (call: (inner: string) => string, depth: number) =>
    Array.from({ length: depth }).reduce<string>(
      call,
      'label_replace(vector(1),"a","12345678","","")',
    );
  const rows: readonly string[] = [
    nested((inner) => `label_replace(${inner}, "a", "$1$1", "a", "(.*)")`, 60),
    nested((inner) => `label_join(${inner}, "a", "", "a", "a")`, 60),
  ];
  const storage: Queryable = { querier: async () => querierOf(async () => []) };
  for (const query of rows) {
    const engine = createEngine({ clock: new VirtualClock() });
    const message = "query processing would load too many samples into memory in query execution";
    await assert.rejects(ask(engine, query, storage), { kind: "execution", message });
  }
});

test("a query's own timeout counts when it is the shorter one", async () => {
  const clock = new VirtualClock();
  const engine = createEngine({ clock }, { timeoutMs: 1_000 });
  const options = { timeMs: 0, timeoutMs: 10 };
  const answer = assert.rejects(engine.instant("up", options, new GatedStorage(), signal), {
    kind: "timeout",
  });
  await clock.advance(10);
  await answer;
});

function ask(engine: QueryEngine, query: string, storage: Queryable): Promise<unknown> {
  return engine.instant(query, { timeMs: 0 }, storage, signal);
}

function show(engine: QueryEngine): string {
  return engine
    .activeQueries()
    .map(({ query, state }) => `${query} ${state}`)
    .join(" | ");
}

/** Answers each selection when it is told to, or fails when the query is to end. */
class GatedStorage implements Queryable {
  readonly #waiting: (() => void)[] = [];

  async querier(): Promise<Querier> {
    return querierOf((ending) => {
      return new Promise((resolve, reject) => {
        this.#waiting.push(() => resolve([]));
        ending.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
      });
    });
  }

  answer(): void {
    this.#waiting.shift()?.();
  }
}

function querierOf(select: (ending: AbortSignal) => Promise<readonly SeriesSource[]>): Querier {
  return {
    select: (_matchers, _hints, ending) => select(ending),
    labelNames: async () => [],
    labelValues: async () => [],
    warnings: [],
    async [Symbol.asyncDispose]() {},
  };
}

function manySeries(count: number): readonly SeriesSource[] {
  return Array.from({ length: count }, (_, index) => ({
    labels: labelsOf([
      ["__name__", "up"],
      ["instance", String(index)],
    ]),
    read: (buffer) => buffer.addFloat(0, 1),
  }));
}

function denseSeries(): SeriesSource {
  return {
    labels: labelsOf([["__name__", "up"]]),
    read(buffer, minMs, maxMs) {
      for (let timeMs = Math.ceil(minMs / 1000) * 1000; timeMs <= maxMs; timeMs += 1000) {
        buffer.addFloat(timeMs, timeMs % 17);
      }
    },
  };
}

/** A clock on which every look takes a tenth of a second, so that every turn is over at once. */
function slowClock(): { readonly clock: Clock; pauses(): number } {
  let elapsedMs = 0;
  let pauses = 0;
  const clock: Clock = {
    nowMs: () => 0,
    elapsedMs: () => (elapsedMs += 100),
    schedule(delayMs, callback) {
      if (delayMs === 0) {
        pauses++;
        queueMicrotask(callback);
      }
      return { [Symbol.dispose]() {} };
    },
  };
  return { clock, pauses: () => pauses };
}

/** A clock on which every look takes a millisecond, and pauses take none. */
function tickingClock(): Clock {
  let elapsedMs = 0;
  return {
    nowMs: () => 0,
    elapsedMs: () => elapsedMs++,
    schedule(delayMs, callback) {
      if (delayMs === 0) queueMicrotask(callback);
      return { [Symbol.dispose]() {} };
    },
  };
}
