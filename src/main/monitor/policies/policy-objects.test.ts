import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, parseYaml } from "#api";
import { burnRatePolicy, sigmaPolicy } from "#api/oncall/v1";
import { openTestApiServer } from "#apiserver/testing";
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { createClient, InformerSet } from "#client";
import { configDefaults, parseConfig } from "#promconfig";
import { defaultParserOptions } from "#promql";
import type { PolicyFile } from "#sigma";
import { StatusReporter } from "../../objects/status-reporter.ts";
import { MemoryFiles } from "../operated/memory-files.ts";
import { loadPolicies } from "../sigma-policies.ts";
import { policyCheck } from "./policy-check.ts";
import { PolicyObjects } from "./policy-objects.ts";

const paging = "{expr: up, mode: active, team: web, runbookURL: u, pageEligible: true}";

test("the engine is kept at what policies say, and their owners are told", async () => {
  await using place = await openPlace();
  const { settle, policies } = place;
  const none = await settle();
  await place.apply("latency", paging);
  const applied = await settle();
  await place.apply("latency", paging.replace("up", "sum(up"));
  const broken = await settle();
  await place.apply("latency", paging.replace("up", "up or vector(1)"));
  const mended = await settle();
  const [policy] = (await place.inForce()).policies;
  assert.ok(policy);
  policies.noteBackTest({ policy, testedAtMs: 0, found: { tested: [] } });
  const judged = await settle();
  const undisturbed = await settle();
  await place.remove("latency");
  assert.deepEqual(
    [none, applied, broken, mended, judged, undisturbed, await settle()],
    [
      "reloads 0, files: , status: ",
      "reloads 1, files: up, status: Accepted True InForce, MayPage Unknown NotBackTested, at 2",
      "reloads 1, files: up, status: Accepted False InvalidOldInForce, MayPage Unknown NotBackTested, at 4",
      "reloads 2, files: up or vector(1), status: Accepted True InForce, MayPage Unknown NotBackTested, at 6",
      "reloads 2, files: up or vector(1), status: Accepted True InForce, MayPage False NoSeries, at 7",
      "reloads 2, files: up or vector(1), status: Accepted True InForce, MayPage False NoSeries, at 7",
      "reloads 3, files: , status: ",
    ],
  );
  assert.deepEqual(place.events, [
    "spec.expr: 1:7: parse error: unclosed left parenthesis; what it said before stays in force",
  ]);
});

test("one bad policy stops no other", async () => {
  await using place = await openPlace();
  await place.apply("bad", "{expr: 'sum('}");
  const objective = "{objective: 0.9, badExpr: 'rate(a[$window])', totalExpr: 'rate(b[$window])'}";
  const spec = parseYaml(objective)[0]?.value as JsonObject;
  const metadata = { name: "api", namespace: "default" };
  await place.client.of(burnRatePolicy).create({ metadata, spec } as never, {}, place.signal);
  await place.settle();
  const { policies, burnRates } = await place.inForce();
  assert.deepEqual([policies.length, burnRates.map(({ name }) => name)], [0, ["default/api"]]);
});

test("policies that the engine does not take are handed over again", async () => {
  await using place = await openPlace();
  place.ownFile.isBad = true;
  await place.apply("latency", paging);
  const refused = await place.settle();
  place.ownFile.isBad = false;
  assert.deepEqual(
    [refused, await place.settle(61_000)],
    [
      "reloads 0, files: up, status: Accepted Unknown EngineNotReloaded, MayPage Unknown NotBackTested, at 2",
      "reloads 1, files: up, status: Accepted True InForce, MayPage Unknown NotBackTested, at 3",
    ],
  );
});

/** A cluster, and what follows its policies in place of an engine. */
async function openPlace() {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const server = await openTestApiServer({ clock });
  const client = createClient(server.transport);
  const ports = { clock, random, log: silentLogger, client };
  const informers = new InformerSet(ports);
  const files = new MemoryFiles();
  const events: string[] = [];
  const record = (_: unknown, { message }: { readonly message: string }) => {
    events.push(message);
  };
  let reloads = 0;
  const ownFile = { isBad: false };
  const options = { directory: "/", env: () => undefined, defaults: configDefaults };
  const policies = new PolicyObjects({
    ...ports,
    informers,
    files,
    directory: "/policies",
    reporter: new StatusReporter({ ...ports, events: { record } }),
    check: policyCheck(defaultParserOptions, parseConfig("{}", options).global),
    engine: Promise.resolve({
      async reload() {
        if (ownFile.isBad) throw new Error("own.yml: bad");
        reloads++;
      },
    }),
  });
  const ending = new AbortController();
  const running = Promise.all([informers.run(ending.signal), policies.run(ending.signal)]);
  const key = (name: string) => ({ name, namespace: "default" });
  const inForce = () => policiesIn(files);
  return {
    client,
    policies,
    events,
    ownFile,
    inForce,
    signal: ending.signal,
    async apply(name: string, text: string) {
      const spec = parseYaml(text)[0]?.value as JsonObject;
      const object = { apiVersion: "oncall.wherry.dev/v1", kind: "SigmaPolicy" };
      const metadata = key(name);
      const body = { ...object, metadata, spec } as never;
      const owner = { fieldManager: "test", force: true } as const;
      await client.of(sigmaPolicy).apply(body, owner, ending.signal);
    },
    remove: (name: string) => client.of(sigmaPolicy).delete(key(name), {}, ending.signal),
    async settle(forMs = 2_000) {
      await clock.advance(forMs);
      const { policies: sigma } = await inForce();
      const found = await client.of(sigmaPolicy).find(key("latency"), ending.signal);
      const told = found?.status?.conditions?.map(
        ({ type, status, reason }) => `${type} ${status} ${reason}`,
      );
      const version = found === undefined ? [] : [`at ${found.metadata.resourceVersion}`];
      const status = [...(told ?? []), ...version].join(", ");
      return `reloads ${reloads}, files: ${sigma.map(({ expr }) => expr).join()}, status: ${status}`;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await clock.advance(1_000);
      await running.catch(() => {});
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What the engine would read. */
async function policiesIn(files: MemoryFiles): Promise<PolicyFile> {
  const nothing = { listDirectory: async () => [], findFacts: async () => undefined };
  const disk = files.over(nothing as unknown as Parameters<MemoryFiles["over"]>[0]);
  const loaded = await loadPolicies(disk, ["/policies/*.yaml"]);
  return {
    policies: loaded.flatMap((file) => file.policies),
    burnRates: loaded.flatMap((file) => file.burnRates),
  };
}
