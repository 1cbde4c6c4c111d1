import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, integerBelow } from "#base";
import { seededRandom } from "#base/testing";
import { serviceOf, sliceOf, TestSource } from "#network/testing";
import { openProxy } from "./network-cluster.ts";
import { networkSkip, openNamespace, type TestNamespace } from "./network-namespace.ts";

const rounds = 60;
const serviceCount = 6;

test("many small transactions end in the same table as one large one", {
  skip: networkSkip,
}, async () => {
  const random = seededRandom(11);
  await using grown = await openNamespace();
  await using written = await openNamespace();
  const services = new TestSource<ReturnType<typeof serviceOf>>();
  const slices = new TestSource<ReturnType<typeof sliceOf>>();
  {
    await using proxy = await openProxy(nodeIn(grown), { services, slices });
    for (let round = 0; round < rounds; round++) {
      // One change that always has a consequence, so that there is something to wait for.
      await proxy.after(() => {
        change(random, services, slices);
        services.set(serviceOf("counter", `10.43.2.${round}`));
      });
    }
  }
  await using _fresh = await openProxy(nodeIn(written), { services, slices });
  assert.deepEqual(await listTable(grown), await listTable(written));
});

/** Changes, adds or removes a service or its endpoints. */
function change(
  random: Random,
  services: TestSource<ReturnType<typeof serviceOf>>,
  slices: TestSource<ReturnType<typeof sliceOf>>,
): void {
  const index = integerBelow(random, serviceCount);
  const name = `s-${index}`;
  const endpoints = Array.from(
    { length: integerBelow(random, 4) },
    () => `10.42.0.${integerBelow(random, 5) + 1}${pick(random, ["@a", "@b", "@a-", "@b~"])}`,
  );
  if (integerBelow(random, 6) === 0) {
    services.remove(serviceOf(name, `10.43.0.${index}`));
  } else {
    services.set(serviceOf(name, `10.43.0.${index}`, pick(random, specsOf(index))));
  }
  slices.set(sliceOf(name, endpoints.join(" ")));
}

/** No two services share an address: the first to come would have it, which is another test. */
function specsOf(index: number): readonly Parameters<typeof serviceOf>[2][] {
  const ports = [{ port: 80, protocol: "TCP", nodePort: 30_080 + index }];
  const sticky = { sessionAffinity: "ClientIP" };
  const onlyLocal = { type: "NodePort", externalTrafficPolicy: "Local", ports };
  return [
    {},
    { type: "NodePort", ports },
    onlyLocal,
    { internalTrafficPolicy: "Local" },
    sticky,
    { ...onlyLocal, ...sticky },
    {
      ...sticky,
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      externalIPs: [`192.0.2.${index}`],
    },
  ];
}

function pick<T>(random: Random, choices: readonly T[]): T {
  const chosen = choices[integerBelow(random, choices.length)];
  assert.ok(chosen !== undefined);
  return chosen;
}

function nodeIn(namespace: TestNamespace) {
  return {
    name: "a",
    index: 0,
    address: "10.44.0.2",
    namespacePath: namespace.path,
    hostLink: "none",
  };
}

/** The table's objects and elements, sorted: their order depends on when they came. */
async function listTable(namespace: TestNamespace): Promise<readonly string[]> {
  const { nftables } = JSON.parse(
    await namespace.sh("nft -j -s list table ip wherry-services"),
  ) as {
    readonly nftables: readonly Readonly<Record<string, unknown>>[];
  };
  const lines = nftables
    .flatMap((entry) => Object.entries(entry))
    .flatMap(([kind, content]) => {
      const { handle: _, index: __, elem = [], ...rest } = content as Record<string, unknown>;
      const elements = (elem as readonly unknown[]).map((element) => JSON.stringify(element));
      return [`${kind} ${JSON.stringify(rest)} ${elements.toSorted().join(" ")}`];
    });
  // Chains that services share stay for the next one that wants them.
  return lines.filter((line) => !/"(?:name|chain)":"(?:[^"]*\/)?pick-/.test(line)).toSorted();
}
