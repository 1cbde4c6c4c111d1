import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufError, ProtobufWriter } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { formatMatchers } from "../route/format-matchers.ts";
import { type LogEntry, NotificationLog } from "../notify/notification-log.ts";
import { type Silence, type SilenceRequest, Silences } from "../suppress/silences.ts";
import { matchersIn } from "../testing.ts";
import { encodeLogChange, encodeSilenceChange, sharedLog, sharedSilences } from "./peer-state.ts";

const hourMs = 3_600_000;

/** An instance, and what it heard from others that was news. */
function instance(clock = new VirtualClock()) {
  const log = new NotificationLog(() => {});
  const silences = new Silences({ clock, random: seededRandom(1) }, { silencesMax: 0 }, () => {});
  const heard: string[] = [];
  const state = {
    told: sharedLog(log, { clock, onMerged: ({ groupKey }) => heard.push(groupKey) }),
    silenced: sharedSilences(
      silences,
      { clock, onMerged: ({ comment }) => heard.push(comment) },
      hourMs,
    ),
  };
  return { clock, log, silences, heard, ...state };
}

function entryOf(groupKey: string, timestampMs: number, expiresAtMs: number): LogEntry {
  return {
    groupKey,
    receiver: "team",
    integration: "slack",
    index: 2,
    timestampMs,
    firing: ["fefb61a77da3100e", "0000000000000001"],
    resolved: ["ffffffffffffffff"],
    expiresAtMs,
  };
}

function requestOf(clock: VirtualClock, comment: string): SilenceRequest {
  return {
    matcherSets: [matchersIn("alertname=Down job!~a|b"), matchersIn("severity=~in.o team!=x")],
    startsAtMs: clock.nowMs(),
    endsAtMs: clock.nowMs() + hourMs,
    createdBy: "me",
    comment,
    annotations: { __proto__: "y", ticket: "7" },
  };
}

test("what was told is told to others as it is", () => {
  const [mine, other] = [instance(), instance()];
  const nowMs = mine.clock.nowMs();
  for (const key of ['{}:{alertname="a"}', '{}:{alertname="ü"}']) {
    mine.log.add(entryOf(key, nowMs + 0.25, nowMs + hourMs));
  }
  other.told.merge(mine.told.encode());
  assert.deepEqual([...other.log.list()], [...mine.log.list()]);
  assert.deepEqual(other.heard, ['{}:{alertname="a"}', '{}:{alertname="ü"}']);
  other.told.merge(mine.told.encode());
  assert.equal(other.heard.length, 2, "nothing is news twice");
});

test("of two notes the later one counts, and what has expired counts for nothing", () => {
  const { clock, log, told } = instance();
  const nowMs = clock.nowMs();
  log.add(entryOf("g", nowMs, nowMs + hourMs));
  const rows: readonly (readonly [timestampMs: number, expiresAtMs: number])[] = [
    [nowMs - 1, nowMs + hourMs],
    [nowMs + 0.001, nowMs - 1],
    [nowMs + 0.5, nowMs + hourMs],
  ];
  const kept = rows.map(([timestampMs, expiresAtMs]) => {
    told.merge(encodeLogChange(entryOf("g", timestampMs, expiresAtMs)));
    return [...log.list()].map((entry) => entry.timestampMs - nowMs);
  });
  assert.deepEqual(kept, [[0], [0], [0.5]]);
});

test("alerts may be listed in one field or in several, and unknown fields are passed over", () => {
  const { clock, log, told } = instance();
  const writer = new ProtobufWriter();
  const entry = writer.begin(1);
  writer.bytes(1, Uint8Array.of(103));
  writer.bytes(2, Uint8Array.of(0x0a, 1, 114, 0x12, 1, 105));
  writer.bytes(6, Uint8Array.of(1, 2));
  writer.integer(6, 3);
  // What a receiver of a later version keeps for itself.
  writer.bytes(8, Uint8Array.of(0x0a, 1, 107));
  writer.end(entry);
  const expiresAt = writer.begin(2);
  writer.integer(1, clock.nowMs() / 1_000 + 60);
  writer.end(expiresAt);
  told.merge(Uint8Array.of(writer.length, ...writer.finish()));
  const digits = (count: number) => String(count).padStart(16, "0");
  assert.deepEqual(
    [...log.list()].map(({ groupKey, receiver, integration, firing }) => ({
      key: `${groupKey}:${receiver}/${integration}`,
      firing,
    })),
    [{ key: "g:r/i", firing: [1, 2, 3].map(digits) }],
  );
});

test("silences are told to others as they are, and the end of one too", () => {
  const [mine, other] = [instance(), instance()];
  const id = mine.silences.set(requestOf(mine.clock, "first"));
  other.silenced.merge(mine.silenced.encode());
  assert.deepEqual(shown(other.silences.find(id)), shown(mine.silences.find(id)));
  // Within the same millisecond: the later change counts all the same.
  mine.silences.expire(id);
  other.silenced.merge(mine.silenced.encode());
  assert.equal(other.silences.find(id)?.endsAtMs, mine.clock.nowMs());
  assert.deepEqual(other.heard, ["first", "first"]);
});

test("a silence that others have forgotten does not come back", async () => {
  const { clock, silences, silenced } = instance();
  silences.set(requestOf(clock, "old"));
  const encoded = silenced.encode();
  await clock.advance(2 * hourMs + 1);
  silences.collect(hourMs);
  silenced.merge(encoded);
  assert.deepEqual(silences.list(), []);
});

test("a silence that takes effect here was heard at once", () => {
  const { clock, silences, silenced } = instance();
  const labels = ["alertname", "Down", "job", "c"];
  assert.deepEqual(silences.silencing("f", labels), []);
  const other = instance();
  const id = other.silences.set(requestOf(clock, "new"));
  silenced.merge(other.silenced.encode());
  assert.deepEqual(silences.silencing("f", labels), [id]);
});

test("a silence that would keep more quiet than was meant is left out", () => {
  const { clock, silences, silenced } = instance();
  const made: Silence = { ...requestOf(clock, "x"), id: "1", updatedAtMs: clock.nowMs() };
  const encoded = encodeSilenceChange({ ...made, matcherSets: [] }, hourMs);
  silenced.merge(encoded);
  silenced.merge(encodeSilenceChange({ ...made, matcherSets: [[]] }, hourMs));
  assert.deepEqual(silences.list(), []);
});

test("whatever comes is merged or a ProtobufError", () => {
  const { clock, silences, silenced, told } = instance();
  silences.set(requestOf(clock, "x"));
  const random = seededRandom(3);
  const whole = silenced.encode();
  for (let round = 0; round < 2_000; round++) {
    const bytes = whole.slice();
    for (let change = 0; change < 3; change++) {
      bytes[Math.floor(random.fraction() * bytes.length)] = random.bytes(1)[0] ?? 0;
    }
    for (const state of [silenced, told]) {
      try {
        state.merge(bytes);
      } catch (error) {
        assert.ok(error instanceof ProtobufError, String(error));
      }
    }
  }
});

function shown(silence: Silence | undefined) {
  assert.ok(silence !== undefined);
  return { ...silence, matcherSets: silence.matcherSets.map(formatMatchers) };
}
