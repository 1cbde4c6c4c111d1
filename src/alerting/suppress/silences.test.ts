import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, VirtualClock } from "#base/testing";
import { matchersIn } from "../testing.ts";
import { SilenceError, type SilenceRequest, Silences, silenceState } from "./silences.ts";

const minuteMs = 60_000;

function open(silencesMax = 0) {
  const clock = new VirtualClock();
  const startMs = clock.nowMs();
  const changes: string[] = [];
  const silences = new Silences({ clock, random: seededRandom(1) }, { silencesMax }, ({ id }) =>
    changes.push(id),
  );
  const request = (from: number, to: number, matchers = "alertname=a"): SilenceRequest => ({
    matcherSets: [matchersIn(matchers)],
    startsAtMs: startMs + from * minuteMs,
    endsAtMs: startMs + to * minuteMs,
    createdBy: "me",
    comment: "",
    annotations: {},
  });
  return { clock, silences, request, changes, startMs };
}

test("a silence is changed in place where that does not change the past", async () => {
  /** What is asked of a silence from minute 10 to 60, at a minute: the same id, or a new one. */
  const rows: readonly (readonly [at: number, from: number, to: number, same: boolean])[] = [
    [5, 20, 70, true],
    [5, 3, 70, false],
    [30, 10, 90, true],
    [30, 10, 31, true],
    [30, 20, 90, false],
    [61, 62, 90, false],
  ];
  for (const [at, from, to, isSame] of rows) {
    const { clock, silences, request } = open();
    const id = silences.set(request(10, 60));
    await clock.advance(at * minuteMs);
    const changed = silences.set({ ...request(from, to), id });
    assert.equal(changed === id, isSame, `at ${at}: ${from} to ${to}`);
    const old = silences.find(id);
    assert.ok(old !== undefined);
    if (!isSame) assert.equal(silenceState(old, clock.nowMs()), "expired");
  }
});

test("other matchers are another silence, and end the old one", async () => {
  const { clock, silences, request } = open();
  const id = silences.set(request(0, 60));
  await clock.advance(minuteMs);
  const other = silences.set({ ...request(0, 60, "alertname=b"), id });
  assert.notEqual(other, id);
  assert.deepEqual(
    [silences.silencing("1", ["alertname", "a"]), silences.silencing("2", ["alertname", "b"])],
    [[], [other]],
  );
});

test("a beginning that has passed is now", async () => {
  const { clock, silences, request, startMs } = open();
  await clock.advance(5 * minuteMs);
  const id = silences.set(request(0, 60));
  assert.equal(silences.find(id)?.startsAtMs, startMs + 5 * minuteMs);
});

test("answers follow the beginning and the end of silences", async () => {
  const { clock, silences, request } = open();
  const id = silences.set(request(10, 20));
  const answers: string[] = [];
  for (let minute = 0; minute < 25; minute += 5) {
    answers.push(silences.silencing("1", ["alertname", "a"]).join(" "));
    await clock.advance(5 * minuteMs);
  }
  assert.deepEqual(answers, ["", "", id, id, ""]);
});

test("what would silence everything, or cannot be, is refused", () => {
  const { silences, request } = open();
  const rows: readonly (readonly [SilenceRequest, RegExp])[] = [
    [{ ...request(0, 60), matcherSets: [] }, /at least one matcher set required/],
    [request(0, 60, "alertname=~.*"), /must not match the empty string/],
    [request(0, 60, "alertname="), /must not match the empty string/],
    [request(20, 10), /end time must not be before start time/],
    [request(-20, -10), /end time can't be in the past/],
    [{ ...request(0, 60), id: "none" }, /silence not found/],
  ];
  for (const [wanted, problem] of rows) assert.throws(() => silences.set(wanted), problem);
  assert.throws(() => silences.expire("none"), SilenceError);
  const full = open(1);
  full.silences.set(full.request(0, 60));
  assert.throws(() => full.silences.set(full.request(0, 60)), /limit: 1/);
});

test("a peer's later change counts, an earlier one does not", () => {
  const { silences, request, changes } = open();
  const id = silences.set(request(0, 60));
  const known = silences.find(id);
  assert.ok(known !== undefined);
  const later = { ...known, comment: "later", updatedAtMs: known.updatedAtMs + 1 };
  assert.equal(silences.merge(later), true);
  assert.equal(silences.merge(known), false);
  assert.equal(silences.find(id)?.comment, "later");
  // Only what was changed here is told on.
  assert.deepEqual(changes, [id]);
});

test("silences are forgotten some time after their end", async () => {
  const { clock, silences, request } = open();
  silences.set(request(0, 10));
  await clock.advance(30 * minuteMs);
  assert.equal(silences.collect(60 * minuteMs), 0);
  assert.equal(silences.collect(20 * minuteMs), 1);
});
