import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { promisesSettled, seededRandom, VirtualClock } from "#base/testing";
import { configMap, secret } from "#api/core/v1";
import { openTestApiServer } from "#apiserver/testing";
import { InformerSet } from "./informer-set.ts";
import { createClient } from "./resource-client.ts";

test("who comes late is told of everything that is there, and then of what changes", () =>
  withSet(async ({ set, create }) => {
    const informer = set.of(configMap);
    await create("a");
    const seen: string[] = [];
    using _following = informer.onChange(({ before, after }) => {
      seen.push(`${before === undefined ? "+" : "~"}${after?.metadata.name}`);
    });
    assert.deepEqual(seen, ["+a"]);
    await create("b");
    assert.deepEqual(seen, ["+a", "+b"]);
  }));

test("a kind that is asked for while the set runs is followed, too", () =>
  withSet(async ({ set, signal }) => {
    const late = set.of(secret);
    await late.synced(signal);
    assert.equal(set.of(secret), late);
  }));

test("an index that is asked for later finds what was there before and what comes", () =>
  withSet(async ({ set, create }) => {
    set.of(configMap);
    await create("a1");
    const indexes = {
      first: ({ metadata }: { readonly metadata: { readonly name: string } }) => [
        metadata.name.slice(0, 1),
      ],
    };
    const { cache } = set.of(configMap, { indexes });
    await create("a2");
    await create("b1");
    const found = cache.byIndex("first", "a").map(({ metadata }) => metadata.name);
    assert.deepEqual(found.sort(), ["a1", "a2"]);
  }));

interface World {
  readonly set: InformerSet;
  readonly signal: AbortSignal;
  /** Resolves when the set knows of the new object. */
  create(name: string): Promise<void>;
}

async function withSet(scenario: (world: World) => Promise<void>): Promise<void> {
  const clock = new VirtualClock();
  await using api = await openTestApiServer({ clock });
  const client = createClient(api.transport);
  const set = new InformerSet({ client, clock, random: seededRandom(1), log: silentLogger });
  const stop = new AbortController();
  const { signal } = stop;
  const running = set.run(signal);
  try {
    await scenario({
      set,
      signal,
      create: async (name) => {
        const metadata = { namespace: "default", name };
        await client.of(configMap).create({ metadata }, {}, signal);
        await promisesSettled();
      },
    });
  } finally {
    stop.abort();
    await running;
  }
}
