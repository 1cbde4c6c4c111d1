/**
 * Crashes at every step. Three replicas share a log; the one that leads dies, or is frozen for a while
 * and goes on late, at the nth time it touches the log or a phone, before or after it has its effect.
 * Whatever n is, phones hear what they would have heard, a little later at most.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, VirtualClock } from "#base/testing";
import { type EventLog, LogConflict } from "../log/event-log.ts";
import { RecordLog } from "../log/record-log.ts";
import type { Records } from "../log/records.ts";
import { minuteMs } from "../schedule/wall-clock.ts";
import { MemoryRecords, SharedLog } from "../testing.ts";
import { type Blow, CrashWorld, Election, fates, leaseMs, type Line } from "./testing.ts";

/** The logs that replicas may share, each with the way of one replica to it. */
const logs = {
  "a log": () => {
    const log = new SharedLog();
    return { events: () => log.read(0), reached: (line: Line) => reachedLog(log, line) };
  },
  "a log in records": () => {
    const records = new MemoryRecords();
    const open = (reached: Records, seed: number) =>
      // So small that every few appends become a segment.
      new RecordLog({ records: reached, random: seededRandom(seed) }, smallSizes);
    return {
      events: () => open(records, 0).read(0),
      reached: (line: Line, replica: number) => open(reachedRecords(records, line), replica + 1),
    };
  },
} as const;
const smallSizes = { tailCharsMax: 1_500, segmentCharsMax: 1_500, segmentCountMax: 4 };
const stepsMax = 150;

for (const [name, share] of Object.entries(logs)) {
  const open = (blow: Blow) => {
    const clock = new VirtualClock();
    const log = share();
    const election = new Election(clock);
    const ground = {
      events: log.events,
      lose: election.lose.bind(election),
      connect: (replica: number, line: Line) => ({
        events: log.reached(line, replica),
        leadership: election.candidate(replica),
      }),
    };
    return CrashWorld.open(ground, blow, { clock, electionMs: leaseMs });
  };

  for (const fate of fates) {
    test(`${name}: one primary page a round and the backup at five, when the leader ${fate} any step`, async () => {
      for (let step = 0; step < stepsMax; step++) {
        using world = await open({ fate, step });
        await world.trigger();
        await world.clock.advance(22 * minuteMs);
        await world.checkRounds([0, 15 * minuteMs]);
        if (!world.hasStruck) return;
      }
      assert.fail("there are more steps than were tried");
    });
  }

  test(`${name}: nobody is paged after an acknowledgement, whenever it comes and whoever dies`, async () => {
    const random = seededRandom(2026);
    for (let round = 0; round < 80; round++) {
      const fate = fates[round % fates.length] ?? "dies before";
      using world = await open({ fate, step: Math.floor(random.fraction() * 40) });
      await world.trigger();
      const ackMs = Math.floor(random.fraction() * 20 * minuteMs);
      await world.clock.advance(ackMs);
      await world.acknowledge();
      const planned = await world.started();
      await world.clock.advance(16 * minuteMs);
      assert.deepEqual(await world.started(), planned);
    }
  });

  test(`${name}: an alert that was taken in is never forgotten, and one that was not is refused`, async () => {
    for (let step = 0; step < 12; step++) {
      using world = await open({ fate: "dies after", step });
      await world.trigger();
      await world.clock.advance(minuteMs);
      assert.equal(world.heard()[0], world.hasStruck ? world.heard()[0] : "0:00 alice email");
      assert.ok(world.heard().length >= 1);
    }
  });
}

test("of two who append at once, one is refused", async () => {
  const log = new SharedLog();
  const draft = { kind: "exhausted", incident: "a" } as const;
  await log.append(0, 1, [draft]);
  await assert.rejects(log.append(0, 2, [draft]), LogConflict);
});

function reachedLog(log: EventLog, line: Line): EventLog {
  return {
    // Reading changes nothing, so being struck there is being struck before what comes next.
    read: (after) => log.read(after),
    append: (last, atMs, drafts) => line.change(() => log.append(last, atMs, drafts)),
  };
}

function reachedRecords(records: Records, line: Line): Records {
  return {
    find: (name) => records.find(name),
    list: () => records.list(),
    write: (name, text, version) => line.change(() => records.write(name, text, version)),
    remove: (name) => line.change(() => records.remove(name)),
  };
}
