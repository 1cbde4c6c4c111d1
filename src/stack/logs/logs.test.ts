import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live, ObjectKey } from "#api";
import type { Pod } from "#api/core/v1";
import { promisesSettled, VirtualClock } from "#base/testing";
import type { LogQuery, ObjectChange } from "#client";
import { LineFormatter } from "./line-format.ts";
import { logLinesOf, parseLogLine } from "./log-line.ts";
import { mergeSorted } from "./merge-sorted.ts";
import { parseSince } from "./parse-since.ts";
import { showStackLogs, type StackLogOptions } from "./stack-logs.ts";

const everything: StackLogOptions = {
  services: [],
  follow: false,
  tailLines: undefined,
  since: { sinceSeconds: undefined, sinceTime: undefined },
};

test("lines of all pods are told in the order in which they were written", async () => {
  const stack = stackOf(["web-a-1", "words-b-2"]);
  stack.write("web-a-1", "01 one", "04 four");
  stack.write("words-b-2", "02 two", "03 three");
  await stack.show(everything);
  assert.deepEqual(stack.shown, ["web-1 one", "words-2 two", "words-2 three", "web-1 four"]);
});

test("services can be chosen, also those that live in another one's pods", async () => {
  const stack = stackOf(["web-a-1:web,side", "words-b-2"]);
  stack.write("web-a-1/side", "01 beside");
  stack.write("words-b-2", "02 two");
  await stack.show({ ...everything, services: ["side"] });
  assert.deepEqual(stack.shown, ["side-1 beside"]);
});

test("following goes on with what is new, and with pods that come", async () => {
  const stack = stackOf(["web-a-1"]);
  stack.write("web-a-1", "01 old");
  const showing = stack.follow();
  await promisesSettled();
  stack.write("web-a-1", "02 new");
  stack.add("words-b-2");
  stack.write("words-b-2", "03 come");
  await promisesSettled();
  assert.deepEqual(stack.shown, ["web-1 old", "web-1 new", "words-2 come"]);
  await showing.stop();
});

test("a connection that breaks is made again, and no line is told twice", async () => {
  const stack = stackOf(["web-a-1"]);
  stack.write("web-a-1", "01 one");
  const showing = stack.follow();
  await promisesSettled();
  stack.write("web-a-1", "02 two");
  await promisesSettled();
  stack.cut("web-a-1");
  stack.write("web-a-1", "03 three");
  await stack.clock.advance(1_000);
  await promisesSettled();
  assert.deepEqual(stack.shown, ["web-1 one", "web-1 two", "web-1 three"]);
  await showing.stop();
});

test("with a tail of nothing only what is new is told", async () => {
  const stack = stackOf(["web-a-1"]);
  stack.write("web-a-1", "01 one");
  const showing = stack.follow({ tailLines: 0 });
  await promisesSettled();
  stack.write("web-a-1", "02 two");
  await promisesSettled();
  assert.deepEqual(stack.shown, ["web-1 two"]);
  await showing.stop();
});

test("times sort across zones and lengths of the fraction", () => {
  const keys = [
    "2026-01-02T03:04:05.000000001Z a",
    "2026-01-02T05:04:05.1+02:00 b",
    "2026-01-02T03:04:05.2Z c",
    "2026-01-02T03:04:06Z d",
  ].map((line) => parseLogLine(line).key);
  assert.deepEqual(keys.toSorted(), keys);
});

test("lines are whole however they arrive, and endless ones are cut", async () => {
  const read = async (...chunks: readonly string[]) => {
    const texts: string[] = [];
    for await (const { text } of logLinesOf(bytesOf(chunks))) texts.push(text);
    return texts;
  };
  assert.deepEqual(await read("2026-01-01T00:00:0", "0Z o", "ne\n2026-01-01T00:00:00Z two"), [
    "one",
    "two",
  ]);
  assert.deepEqual(
    (await read("x".repeat(150_000))).map(({ length }) => length),
    [65_536, 65_536, 18_928],
  );
});

test("merging holds one item of each source", async () => {
  const sources = [[1, 4, 4], [], [2, 3, 5]].map((items) => iteratorOf(items));
  const merged: string[] = [];
  for await (const { source, item } of mergeSorted(sources, (left, right) => left < right)) {
    merged.push(`${source}:${item}`);
  }
  assert.deepEqual(merged, ["0:1", "2:2", "2:3", "0:4", "0:4", "2:5"]);
});

test("labels align, and each has a colour of its own", () => {
  const line = parseLogLine("2026-01-02T03:04:05Z hello");
  const lines = new LineFormatter({ prefix: "label", color: "always", timestamps: "hidden" });
  lines.announce("words-2");
  assert.equal(lines.format("web-1", line), "\u001B[33mweb-1    |\u001B[0m hello");
  assert.equal(lines.format("words-2", line), "\u001B[36mwords-2  |\u001B[0m hello");
  const plain = new LineFormatter({ prefix: "label", color: "never", timestamps: "shown" });
  assert.equal(plain.format("web-1", line), "web-1  | 2026-01-02T03:04:05Z hello");
  const bare = new LineFormatter({ prefix: "none", color: "always", timestamps: "hidden" });
  assert.equal(bare.format("web-1", line), "hello");
});

test("since is a time or how long ago", () => {
  const rows: readonly (readonly [text: string, seconds: number | undefined, time?: string])[] = [
    ["10m", 600],
    ["1h30m", 5_400],
    ["1.5s", 2],
    ["5ms", 1],
    ["2026-01-02T03:04:05Z", undefined, "2026-01-02T03:04:05.000Z"],
    ["2026-01-02T03:04:05+02:00", undefined, "2026-01-02T01:04:05.000Z"],
    ["2026-01-02", undefined, "2026-01-02T00:00:00.000Z"],
  ];
  for (const [text, sinceSeconds, sinceTime] of rows) {
    assert.deepEqual(parseSince(text), { sinceSeconds, sinceTime }, text);
  }
  for (const text of ["", "10", "m", "yesterday", "2026-13-40", "10m x"]) {
    assert.equal(parseSince(text), undefined, text);
  }
});

async function* bytesOf(texts: readonly string[]) {
  for (const text of texts) yield new TextEncoder().encode(text);
}

async function* iteratorOf<T>(items: readonly T[]) {
  yield* items;
}

/** Pods as `NAME` or `NAME:CONTAINER,CONTAINER`; a pod's first part is its service. */
function podOf(notation: string): Live<Pod> {
  const [name = "", containers] = notation.split(":");
  const service = name.split("-")[0] ?? "";
  const containerStatuses = (containers ?? service).split(",").map((container) => ({
    name: container,
    containerID: `id://${name}/${container}`,
    state: { running: {} },
  }));
  const metadata = { name, namespace: "ns", labels: { "com.docker.service.name": service } };
  return { metadata, status: { containerStatuses } } as unknown as Live<Pod>;
}

/** A cluster of pods that write `SECOND TEXT` into their logs, or `POD/CONTAINER` into one of several. */
function stackOf(notations: readonly string[]) {
  const pods = new Map(notations.map((text) => [podOf(text).metadata.name, podOf(text)]));
  const written = new Map<string, string[]>();
  const readers = new Map<string, { wake: () => void; isCut: boolean }>();
  const handlers = new Set<(change: ObjectChange<Pod>) => void>();
  const shown: string[] = [];
  const clock = new VirtualClock();
  const placeOf = (name: string) => (name.includes("/") ? name : `${name}/${name.split("-")[0]}`);
  const wake = (place: string) => readers.get(place)?.wake();

  async function* read(place: string, query: LogQuery, signal: AbortSignal) {
    const reader = { wake: () => {}, isCut: false };
    if (query.follow) readers.set(place, reader);
    const all = written.get(place) ?? [];
    const isLate = (line: string) => query.sinceTime === undefined || line >= query.sinceTime;
    let position = all.length - Math.min(query.tailLines ?? all.length, all.length);
    while (!signal.aborted && !reader.isCut) {
      const lines = (written.get(place) ?? []).slice(position).filter(isLate);
      position = (written.get(place) ?? []).length;
      yield new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
      if (!query.follow) return;
      await new Promise<void>((resolve) => {
        reader.wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  const deps = {
    pods: {
      cache: {
        list: () => [...pods.values()],
        find: ({ name }: ObjectKey) => pods.get(name),
        byIndex: () => [],
        size: pods.size,
      },
      onChange: (handler: (change: ObjectChange<Pod>) => void) => {
        handlers.add(handler);
        for (const after of pods.values()) handler({ before: undefined, after });
        return { [Symbol.dispose]: () => void handlers.delete(handler) };
      },
    },
    streams: {
      log: async (pod: ObjectKey, query: LogQuery, signal: AbortSignal) =>
        read(`${pod.name}/${query.container}`, query, signal),
    },
    clock,
    announce: () => {},
    show: async ({ label }: { label: string }, { text }: { text: string }) =>
      void shown.push(`${label} ${text}`),
  };
  const show = (options: StackLogOptions, signal = new AbortController().signal) =>
    showStackLogs(deps, options, signal);
  return {
    shown,
    clock,
    show,
    write(name: string, ...lines: readonly string[]) {
      const stamped = lines.map((line) => `2026-01-01T00:00:${line.replace(" ", ".000000000Z ")}`);
      written.set(placeOf(name), [...(written.get(placeOf(name)) ?? []), ...stamped]);
      wake(placeOf(name));
    },
    add(notation: string) {
      const after = podOf(notation);
      pods.set(after.metadata.name, after);
      for (const handler of handlers) handler({ before: undefined, after });
    },
    cut(name: string) {
      const reader = readers.get(placeOf(name));
      if (reader !== undefined) reader.isCut = true;
      reader?.wake();
    },
    follow(part: Partial<StackLogOptions> = {}) {
      const stopped = new AbortController();
      const showing = show({ ...everything, follow: true, ...part }, stopped.signal);
      return {
        async stop() {
          stopped.abort();
          await showing;
        },
      };
    },
  };
}
