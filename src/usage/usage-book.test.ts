import assert from "node:assert/strict";
import { test } from "node:test";
import type { UsagePoint } from "./reading.ts";
import { type Usage, UsageBook } from "./usage-book.ts";

const options = { resolutionMs: 15_000, staleMs: 30_000 };

// Points of one container in the order of looks: when in seconds, processor time used until then, and
// "^" with the second in which it was started. Then what is told: cores over a span, and when it ended.
const cases: readonly (readonly [rule: string, points: string, want: string])[] = [
  ["knows nothing after one look", "100:50^10", "-"],
  ["tells what was used between two looks", "100:50^10 115:65^10", "1 over 15s @115"],
  ["goes by the last two of several", "100:50^10 115:65^10 130:66.5^10", "0.1 over 15s @130"],
  ["measures a young container from its start", "12:3^10", "1.5 over 2s @12"],
  ["measures from the start as long as it is young", "12:3^10 22:6^10", "0.5 over 12s @22"],
  ["knows nothing of a container that has just begun", "10.5:3^10", "-"],
  ["forgets what was before a restart", "100:50^10 115:7^101", "0.5 over 14s @115"],
  ["waits for a second look after a restart long ago", "100:50^10 150:9^101", "-"],
  [
    "keeps the last pair when a look brought nothing new",
    "100:50^10 115:65^10 115:65^10",
    "1 over 15s @115",
  ],
  [
    "keeps the pair when a look came too soon",
    "100:50^10 115:65^10 115.5:66^10",
    "1.0322 over 15.5s @115.5",
  ],
  ["drops what went back in time", "100:50^10 115:65^10 99:40^10", "-"],
  ["tells nothing when the count went down", "100:50^10 115:40^10", "-"],
  ["tells nothing of what it has not heard of for long", "100:50^10 115:65^10 now=146", "-"],
  ["tells what it has heard of lately", "100:50^10 115:65^10 now=144", "1 over 15s @115"],
];

for (const [rule, points, want] of cases) {
  test(`usage of a container: the book ${rule}: ${points}`, () => {
    const { book, nowMs } = bookOf(points);
    const usages = book.findPod("n", "a/web", nowMs);
    assert.equal(show(usages?.get("app")), want);
  });
}

// A node has no start of its own: it always takes two looks.
const nodeCases: readonly (readonly [string, string])[] = [
  ["100:50", "-"],
  ["100:50 115:65", "1 over 15s @115"],
  ["100:50 115:65 114:64", "1 over 14s @114"],
  ["100:50 115:65 99:64", "-"],
];

for (const [points, want] of nodeCases) {
  test(`usage of a node: ${points} is ${want}`, () => {
    const { book, nowMs } = bookOf(points);
    assert.equal(show(book.findNode("n", nowMs)), want);
  });
}

test("a pod is told once all its containers have been measured twice", () => {
  const book = new UsageBook(options);
  const app = (text: string) => new Map([["app", pointOf(text)]]);
  const both = (text: string) => new Map([...app(text), ["log", pointOf(text)]]);
  book.enter("n", { node: undefined, pods: new Map([["a/web", app("100:50^10")]]) });
  book.enter("n", { node: undefined, pods: new Map([["a/web", both("115:65^10")]]) });
  assert.equal(book.findPod("n", "a/web", 115_000), undefined);
  book.enter("n", { node: undefined, pods: new Map([["a/web", both("130:80^10")]]) });
  assert.deepEqual([...(book.findPod("n", "a/web", 130_000)?.keys() ?? [])], ["app", "log"]);
});

test("what a look does not find, and what is forgotten, is gone", () => {
  const { book } = bookOf("100:50^10 115:65^10");
  book.enter("n", { node: undefined, pods: new Map() });
  assert.equal(book.findPod("n", "a/web", 115_000), undefined);
  book.forget("n");
  assert.equal(book.findNode("n", 115_000), undefined);
});

function bookOf(notation: string) {
  const book = new UsageBook(options);
  let nowMs = 0;
  for (const word of notation.split(" ")) {
    if (word.startsWith("now=")) {
      nowMs = Number(word.slice(4)) * 1000;
      continue;
    }
    const point = pointOf(word);
    const pods = new Map([["a/web", new Map([["app", point]])]]);
    book.enter("n", { node: { ...point, startedAtMs: 0 }, pods });
    nowMs = point.atMs;
  }
  return { book, nowMs };
}

function pointOf(word: string): UsagePoint {
  const [at = "", used = "", start = "0"] = word.split(/[:^]/);
  const cpuSeconds = Number(used);
  return { atMs: Number(at) * 1000, cpuSeconds, startedAtMs: Number(start) * 1000, memoryBytes: 1 };
}

function show(usage: Usage | undefined): string {
  if (usage === undefined) return "-";
  const cores = Math.trunc(usage.cpuNanoCores / 1e5) / 1e4;
  return `${cores} over ${usage.windowMs / 1000}s @${usage.atMs / 1000}`;
}
