import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTime } from "#api";
import { checkTimes, leaderElectionDefaults, planElection, type Sighting } from "./plan.ts";

const nowMs = Date.UTC(2026, 0, 1);

// A lease as "holder duration transitions", seen unchanged for so many seconds; "-" when there is
// none. What "me" writes as "holder transitions", and whether it has the lease since now.
const cases: readonly (readonly [rule: string, lease: string, unchanged: number, want: string])[] =
  [
    ["makes a lease that is missing", "-", 0, "me 0 since now"],
    ["waits while another renews it", "you 15 3", 0, "waits"],
    ["waits as long as the lease says", "you 15 3", 14.999, "waits"],
    ["takes a lease that ran out", "you 15 3", 15, "me 4 since now"],
    ["goes by the duration that its holder chose", "you 60 0", 30, "waits"],
    ["takes a lease that was given back", "nobody 1 3", 0, "me 4 since now"],
    ["renews its own", "me 15 3", 2, "me 3 since before"],
    ["takes up its own again, however old", "me 15 3", 900, "me 3 since before"],
  ];

for (const [rule, lease, unchangedSeconds, want] of cases) {
  test(`a candidate ${rule}`, () => {
    const sighting = parseLease(lease);
    const candidate = { identity: "me", leaseDurationMs: 15_000 };
    const now = { nowMs, elapsedMs: unchangedSeconds * 1000 };
    const spec = planElection(sighting, candidate, now);
    if (spec === undefined) {
      assert.equal("waits", want);
      return;
    }
    assert.equal(parseTime(spec.renewTime ?? ""), nowMs);
    const since = spec.acquireTime === spec.renewTime ? "now" : "before";
    assert.equal(`${spec.holderIdentity} ${spec.leaseTransitions} since ${since}`, want);
  });
}

test("times with which two could lead at once are refused", () => {
  const times = leaderElectionDefaults;
  assert.throws(
    () => checkTimes({ ...times, leaseDurationMs: 10_000 }),
    /leaseDuration must be greater than renewDeadline/,
  );
  assert.throws(
    () => checkTimes({ ...times, retryPeriodMs: 9_000 }),
    /renewDeadline must be greater than retryPeriod\*JitterFactor/,
  );
});

function parseLease(notation: string): Sighting | undefined {
  if (notation === "-") return undefined;
  const [holder = "", duration, transitions] = notation.split(" ");
  // By the holder's clock the lease is from another century: only our own clock counts.
  const acquireTime = "2099-01-01T00:00:00.000000Z";
  return {
    spec: {
      holderIdentity: holder === "nobody" ? "" : holder,
      leaseDurationSeconds: Number(duration),
      leaseTransitions: Number(transitions),
      acquireTime,
      renewTime: acquireTime,
    },
    sinceMs: 0,
  };
}
