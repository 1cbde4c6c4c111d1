/** Two servers on one store: whoever holds the lease acts, the other waits, and they change places. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpTransport, silentLogger, uncounted, utc } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { replicaSet } from "#api/apps/v1";
import { lease } from "#api/coordination/v1";
import { pod } from "#api/core/v1";
import { type User, userOf } from "#apiserver";
import { defaultAuthorizer, openTestApiServer, type TestApiServer } from "#apiserver/testing";
import { createClient, InformerSet } from "#client";
import {
  allControllers,
  apiAccess,
  autoscalerDefaults,
  controllerMetrics,
  DecisionLog,
} from "#controllers";
import { leadershipGauge, ledPart } from "../../src/main/elections.ts";
import { noChanges, noTriggers } from "./control-plane.ts";

const key = { namespace: "default", name: "web" };
const labels = { app: "web" };

test("controllers act once, on whichever server leads", async () => {
  const clock = new VirtualClock();
  await using api = await openTestApiServer({ clock, authorizer: defaultAuthorizer() });
  const client = createClient(api.transport);
  const { signal } = new AbortController();
  const first = startServer(api, clock, "first");
  await clock.advance(100);
  const second = startServer(api, clock, "second");
  const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: "a" }] } };
  const spec = { replicas: 3, selector: { matchLabels: labels }, template };
  await client.of(replicaSet).create({ metadata: key, spec }, {}, signal);
  await clock.advance(5_000);
  assert.equal(await show(), "first leads, 3 pods of 3 created");

  first.cutOff();
  await clock.advance(30_000);
  await scale(5);
  assert.equal(await show(), "second leads, 5 pods of 5 created");

  first.reconnect();
  await clock.advance(30_000);
  await second.stop();
  // A second term of the first server, in the same process.
  await clock.advance(5_000);
  await scale(7);
  assert.equal(await show(), "first leads, 7 pods of 7 created");
  await first.stop();

  async function scale(replicas: number): Promise<void> {
    const patch = { type: "merge", body: { spec: { replicas } } } as const;
    await client.of(replicaSet).patch(key, patch, {}, signal);
    await clock.advance(5_000);
  }

  /** Who leads, how many pods there are, and how many there ever were. */
  async function show(): Promise<string> {
    const name = "kube-controller-manager";
    const { spec: held } = await client.of(lease).get({ namespace: "kube-system", name }, signal);
    const { items } = await client.of(pod).list({ namespace: "default" }, signal);
    return `${held.holderIdentity} leads, ${items.length} pods of ${createdCount()} created`;
  }

  function createdCount(): number {
    return first.createdCount() + second.createdCount();
  }
});

interface TestServer {
  cutOff(): void;
  reconnect(): void;
  /** Pods that were created through it. */
  createdCount(): number;
  stop(): Promise<void>;
}

/** Controllers under a lease, as a server runs them. */
function startServer(api: TestApiServer, clock: VirtualClock, identity: string): TestServer {
  let isCutOff = false;
  let createdCount = 0;
  const through = (user: User): HttpTransport => {
    const { send, upgrade } = api.transportFor(user);
    return {
      upgrade,
      send: async (request, signal) => {
        if (isCutOff) throw new Error("cut off");
        const response = await send(request, signal);
        const isPod = request.method === "POST" && request.target.startsWith(podsPath);
        if (isPod && response.status === 201) createdCount++;
        return response;
      },
    };
  };
  const random = seededRandom(identity.length);
  const manager = userOf("system:kube-controller-manager", "system:authenticated");
  const client = createClient(through(manager));
  const informers = new InformerSet({ client, clock, random, log: silentLogger });
  const metrics = controllerMetrics(uncounted, clock);
  const leadership = leadershipGauge(uncounted);
  const deps = { client, informers, clock, random, log: silentLogger, metrics, leadership };
  const options = {
    podRange: { cidr: "10.42.0.0/16", nodePrefixLength: 24 },
    authority: "",
    directories: { create: async () => "", remove: async () => {} },
    timeZones: { local: utc, find: () => undefined },
    autoscaling: {
      changes: noChanges,
      decisions: new DecisionLog(),
      options: autoscalerDefaults,
      access: apiAccess,
    },
    triggers: noTriggers(),
    clientOf: (account: string) => {
      const name = `system:serviceaccount:kube-system:${account}`;
      return createClient(through(userOf(name, "system:authenticated")));
    },
  };
  const led = ledPart(deps, { name: "kube-controller-manager", identity }, () =>
    allControllers(deps, options),
  );
  const stop = new AbortController();
  const running = [led, informers].map((part) => part.run(stop.signal));
  return {
    cutOff: () => void (isCutOff = true),
    reconnect: () => void (isCutOff = false),
    createdCount: () => createdCount,
    async stop() {
      stop.abort();
      await clock.advance(5_000);
      await Promise.all(running);
    },
  };
}

const podsPath = "/api/v1/namespaces/default/pods";
