import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeployedService, Wait } from "../plan.ts";
import { type Move, nextMove, type RolloutState, trackSettled } from "./next-move.ts";
import type { ServiceProgress } from "./service-progress.ts";

// Services in their order: a name, what it waits for (":" started, ":+" healthy, ":!" completed, "?"
// when that is not required), and how far it is: "-" unapplied, "~" updating, "s" updating and
// started, "x" updating with a final problem, "+" running, "!" complete, "0" failed.
const rows: readonly (readonly [why: string, services: string, move: string])[] = [
  ["starts what waits for nothing", "db- web-", "start db web"],
  ["lets services wait until others run", "db~ web:db-", "wait"],
  ["starts a service when the other has started", "dbs web:db-", "start web"],
  ["lets services wait until others are healthy", "dbs web:+db-", "wait"],
  ["starts a service when the other is healthy", "db+ web:+db-", "start web"],
  ["lets services wait until others are complete", "job~ web:!job-", "wait"],
  ["does not take running for complete", "job+ web:!job-", "wait"],
  ["starts a service when the other is complete", "job! web:!job-", "start web"],
  ["starts what it can meanwhile", "db~ web:+db- other-", "start other"],
  ["waits until all run", "db+ web~", "wait"],
  ["is done when all run or are complete", "db+ job!", "done"],
  ["fails with what has failed", "db+ web0", "failed web"],
  ["fails with what has no outlook", "dbx web:+db-", "failed db"],
  ["does not blame who waits", "job0 web:!job-", "failed job"],
  ["goes on without what is not required", "job0 web:!?job-", "start web"],
  ["is done without what is not required", "job0 web:!?job+", "done"],
];

for (const [why, services, move] of rows) {
  test(`a rollout ${why}: ${services}`, () => {
    assert.equal(show(nextMove(stateOf(services))), move);
  });
}

test("what runs is watched for as long as it says after a change", () => {
  const state = stateOf("web+");
  const watched = { ...state, changed: new Set(["web"]), nowMs: 1_000 };
  const since = (ms: number) => ({ ...watched, settledSinceMs: new Map([["web", ms]]) });
  assert.equal(show(nextMove(since(0))), "wait");
  assert.equal(show(nextMove({ ...since(0), nowMs: 5_000 })), "done");
});

test("whoever does not wait is done when all is started", () => {
  assert.equal(show(nextMove({ ...stateOf("db~ web~"), until: "started" })), "done");
  assert.equal(show(nextMove({ ...stateOf("db~ web:+db-"), until: "started" })), "wait");
});

test("time runs out for all that is not as it should be", () => {
  const late = { ...stateOf("db+ web~ other:+web-"), nowMs: 60_000 };
  assert.equal(show(nextMove(late)), "failed web other");
});

test("some pods may fail", () => {
  const state = stateOf("webx");
  const [web] = state.services;
  assert.ok(web !== undefined);
  const update = { ...web.update, failureRatioMax: 0.5 };
  const progress = new Map(state.progress);
  const before = progress.get("web");
  assert.ok(before !== undefined);
  progress.set("web", { ...before, failed: 1, wanted: 2 });
  assert.equal(show(nextMove({ ...state, services: [{ ...web, update }], progress })), "wait");
});

test("a restart begins the watch anew", () => {
  const at = (restarts: number) => ({ ...progressOf("web", "+"), restarts });
  const first = trackSettled(new Map(), [at(0)], new Map(), 100);
  const later = trackSettled(first, [at(0)], new Map([["web", at(0)]]), 200);
  const again = trackSettled(later, [at(1)], new Map([["web", at(0)]]), 300);
  assert.deepEqual(
    [first, later, again].map((since) => since.get("web")),
    [100, 100, 300],
  );
});

function stateOf(text: string): RolloutState {
  const parsed = text.split(" ").map((word) => {
    const mark = word.at(-1) ?? "";
    const [name = "", wait] = word.slice(0, -1).split(":");
    return { service: serviceOf(name, wait === undefined ? [] : [waitOf(wait)]), name, mark };
  });
  return {
    services: parsed.map(({ service }) => service),
    progress: new Map(parsed.map(({ name, mark }) => [name, progressOf(name, mark)])),
    unapplied: new Set(parsed.filter(({ mark }) => mark === "-").map(({ name }) => name)),
    changed: new Set(),
    abandoned: new Set(),
    settledSinceMs: new Map(),
    nowMs: 0,
    deadlineMs: 60_000,
    until: "stable",
  };
}

function waitOf(text: string): Wait {
  const service = text.replace(/^[+!]?\??/, "");
  const until = text.startsWith("+") ? "healthy" : text.startsWith("!") ? "completed" : "started";
  return { service, until, required: !text.includes("?") };
}

function serviceOf(name: string, waits: readonly Wait[]): DeployedService {
  return {
    name,
    objectName: name,
    mode: "replicated",
    workload: { kind: "Deployment", name },
    host: undefined,
    replicas: 1,
    image: "image",
    waits,
    published: [],
    update: { onFailure: "pause", monitorMs: 5_000, failureRatioMax: 0 },
    place: { file: "compose.yaml", line: 1, column: 1 },
  };
}

function progressOf(service: string, mark: string): ServiceProgress {
  const states = { "-": "absent", "+": "running", "!": "complete", "0": "failed" } as const;
  const known = Object.entries(states).find(([one]) => one === mark)?.[1];
  const problem = { pod: "p", container: "c", reason: "ImagePullBackOff", message: "no" } as const;
  return {
    service,
    state: known ?? "updating",
    ready: mark === "+" ? 1 : 0,
    failed: mark === "x" ? 1 : 0,
    wanted: 1,
    hasStarted: "s+!".includes(mark),
    restarts: 0,
    problem: mark === "x" ? { ...problem, outlook: "final", log: "none" } : undefined,
  };
}

function show(move: Move): string {
  return "services" in move ? `${move.kind} ${move.services.join(" ")}` : move.kind;
}
