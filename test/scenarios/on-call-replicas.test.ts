/**
 * On-call on a cluster's own ground: its log in Secrets, its leader by a Lease, three replicas of which the
 * leader dies or is frozen at any step. Pages go out as if there were one replica, which never fails.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { secret } from "#api/core/v1";
import { userOf } from "#apiserver";
import { defaultAuthorizer, openTestApiServer, type TestApiServer } from "#apiserver/testing";
import { createClient, LeaderElector } from "#client";
import { RecordLog } from "#oncall";
import { onCallLease } from "../../src/main/oncall/cluster-ground.ts";
import { LeaseLeadership } from "../../src/main/oncall/lease-leadership.ts";
import { SecretRecords } from "../../src/main/oncall/secret-records.ts";
import { type Blow, CrashWorld, fates, type Line } from "../../src/oncall/engine/testing.ts";

const minuteMs = 60_000;
/** A lease that runs out, and the longest pause between two looks at it. */
const electionMs = 15_000 + 2 * 4_400;
/** One in so many steps is tried of each fate, another one of each. */
const strideSteps = 3;

for (const [index, fate] of fates.entries()) {
  test(`one primary page and the backup at five, when the leader ${fate} a step`, async () => {
    let [step, hasStruck] = [index, true];
    for (; hasStruck; step += strideSteps) {
      await using ground = await openGround();
      using world = await ground.open({ fate, step });
      await world.clock.advance(5_000);
      await world.trigger();
      await world.clock.advance(7 * minuteMs);
      await world.checkRounds([0]);
      hasStruck = world.hasStruck;
    }
    assert.ok(step > strideSteps, "some step was struck");
  });
}

test("a leader that stops gives the lease to the next one, which goes on from the log", async () => {
  await using ground = await openGround();
  using world = await ground.open({ fate: "dies after", step: Number.POSITIVE_INFINITY });
  await world.clock.advance(5_000);
  await world.trigger();
  await world.clock.advance(minuteMs);
  await ground.resign();
  await world.clock.advance(6 * minuteMs);
  await world.checkRounds([0]);
  assert.deepEqual(world.heard().slice(0, 2), ["0:05 alice email", "5:05 bob email"]);
});

test("what the log says is in Secrets, and nobody who may look around sees it", async () => {
  await using ground = await openGround();
  using world = await ground.open({ fate: "dies after", step: Number.POSITIVE_INFINITY });
  await world.clock.advance(5_000);
  await world.trigger();
  const { items } = await createClient(ground.api.transport)
    .of(secret)
    .list({ namespace: "kube-system" }, new AbortController().signal);
  assert.deepEqual(
    items.map(({ metadata, type }) => `${metadata.name} ${type}`),
    ["wherry-oncall-log-head oncall.wherry.dev/log"],
  );
});

async function openGround() {
  const clock = new VirtualClock();
  const api = await openTestApiServer({ clock, authorizer: defaultAuthorizer() });
  const monitor = userOf("system:wherry-monitor", "system:monitoring", "system:authenticated");
  const stops: AbortController[] = [];
  const recordsOver = (line?: Line) => new SecretRecords({ client: clientOver(api, line), clock });
  const clientOver = (server: TestApiServer, line: Line | undefined) => {
    const { send, upgrade } = server.transportFor(monitor);
    return createClient({
      upgrade,
      send: (request, signal) => {
        if (line === undefined) return send(request, signal);
        const isChange = request.method !== "GET" && request.target.includes("/secrets");
        return line[isChange ? "change" : "pass"](() => send(request, signal));
      },
    });
  };
  const connect = (replica: number, line: Line) => {
    const random = seededRandom(100 + replica);
    const client = clientOver(api, line);
    const deps = { client, clock, random, log: silentLogger };
    const elector = new LeaderElector(deps, onCallLease(`replica-${replica}`));
    const leadership = new LeaseLeadership(elector);
    const stop = new AbortController();
    leadership.run(stop.signal).catch(() => {});
    stops.push(stop);
    return { events: new RecordLog({ records: recordsOver(line), random }), leadership };
  };
  const log = new RecordLog({ records: recordsOver(), random: seededRandom(1) });
  const ground = { connect, lose: () => {}, events: () => log.read(0) };
  return {
    api,
    open: (blow: Blow) => CrashWorld.open(ground, blow, { clock, electionMs }),
    /** Whoever leads stops to. */
    resign: async () => stops[0]?.abort(),
    [Symbol.asyncDispose]: async () => {
      for (const stop of stops) stop.abort();
      await api[Symbol.asyncDispose]();
    },
  };
}
