import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import type { Identity } from "./credentials.ts";
import { LiveIdentity, renewalMoment } from "./live-identity.ts";

const minuteMs = 60_000;
const lifeMs = 6 * 60 * minuteMs;

test("a certificate is renewed between two and two and a half thirds of its life", () => {
  const validity = { notBeforeMs: 1_000, notAfterMs: 7_000 };
  assert.deepEqual(
    [0, 0.5, 1].map((fraction) => renewalMoment(validity, fraction)),
    [5_000, 5_500, 6_000],
  );
});

test("a certificate renews itself again and again, in time", () =>
  withIdentity(async ({ clock, identity, renewals }) => {
    for (let count = 1; count <= 3; count++) {
      const { notAfterMs } = identity.current.validity;
      const { tls } = identity;
      assert.equal(identity.tls, tls);
      while (renewals.length < count) await clock.advance(minuteMs);
      const left = (notAfterMs - clock.nowMs()) / lifeMs;
      assert.ok(left > 0.16 && left < 0.34, `${left} of its life was left`);
      assert.notEqual(identity.tls, tls);
      assert.equal(identity.tls.identity?.certificate, renewals.at(-1));
    }
  }));

test("a renewal that fails is tried again, and the old certificate is shown meanwhile", () =>
  withIdentity(async ({ clock, identity, renewals, fail }) => {
    const before = identity.current;
    fail(3);
    await clock.advance(0.9 * lifeMs);
    assert.deepEqual([renewals.length, identity.failureCount], [1, 3]);
    assert.notEqual(identity.current, before);
  }));

test("a machine that slept through the life of a certificate renews it within seconds", () =>
  withIdentity(async ({ clock, renewals, jump }) => {
    await clock.advance(minuteMs);
    jump(30 * lifeMs);
    await clock.advance(minuteMs / 2);
    assert.equal(renewals.length, 1);
  }));

test("a clock that was set back renews a certificate from what is now the future", () =>
  withIdentity(async ({ clock, renewals, jump }) => {
    jump(-30 * lifeMs);
    await clock.advance(minuteMs / 2);
    assert.equal(renewals.length, 1);
  }));

interface World {
  readonly clock: VirtualClock;
  readonly identity: LiveIdentity;
  /** The certificates that were announced, oldest first. */
  readonly renewals: readonly string[];
  /** Lets so many of the next renewals fail. */
  fail(count: number): void;
  /** Moves the wall clock alone, as a machine that sleeps or whose time is set. */
  jump(byMs: number): void;
}

/** Runs a certificate that holds for `lifeMs`. */
async function withIdentity(scenario: (world: World) => Promise<void>): Promise<void> {
  const virtual = new VirtualClock();
  let offsetMs = 0;
  const clock = {
    nowMs: () => virtual.nowMs() + offsetMs,
    elapsedMs: () => virtual.elapsedMs(),
    schedule: (delayMs: number, callback: () => void) => virtual.schedule(delayMs, callback),
  };
  let failures = 0;
  let issued = 0;
  const ensure = async (): Promise<Identity> => {
    if (failures-- > 0) throw new Error("the disk is full");
    const validity = { notBeforeMs: clock.nowMs(), notAfterMs: clock.nowMs() + lifeMs };
    return { authority: "ca", certificate: `certificate ${++issued}`, key: "key", validity };
  };
  const deps = { clock, random: seededRandom(3), log: silentLogger, ensure };
  const identity = await LiveIdentity.open(deps);
  const renewals: string[] = [];
  identity.onRenewal(({ certificate }) => renewals.push(certificate));
  const stop = new AbortController();
  const running = identity.run(stop.signal);
  try {
    await scenario({
      clock: virtual,
      identity,
      renewals,
      fail: (count) => void (failures = count),
      jump: (byMs) => void (offsetMs += byMs),
    });
  } finally {
    stop.abort();
    await assert.rejects(running);
    assert.equal(virtual.timerCount, 0);
  }
}
