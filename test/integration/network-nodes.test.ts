import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { realDisk } from "#host";
import { applyNodeNetwork, clusterRanges, planPodRoutes, removeNodeNetwork } from "#network";
import {
  networkSkip,
  openHandles,
  openNamespace,
  openPeer,
  runIn,
  type TestNamespace,
} from "./network-namespace.ts";

test("nodes reach each other, the host and beyond, and leave nothing behind", {
  skip: networkSkip,
}, async () => {
  await using outside = await openNamespace();
  await using host = await openHost(outside);
  await using folder = await openHandles();
  const deps = { processes: host.processes, disk: realDisk };
  const options = {
    ...clusterRanges,
    cluster: "one",
    namespaceDirectory: join(folder.path, "net"),
  };
  const before = await describeHost(host);

  const { network, nodes } = await applyNodeNetwork(deps, options, ["a", "b"]);
  const again = await applyNodeNetwork(deps, options, ["a", "b"]);
  assert.deepEqual(again, { network, nodes });
  const [a, b] = nodes;
  assert.ok(a !== undefined && b !== undefined);
  assert.deepEqual([network.bridge, a.address, b.address], ["wherry0", "10.44.0.2", "10.44.0.3"]);

  {
    await using inside = openPeer(a.namespacePath);
    await using other = openPeer(b.namespacePath);
    await using machine = openPeer(host.path);
    await using world = openPeer(outside.path);
    await other.serve("tcp", `${b.address}:80`, "b");
    await machine.serve("tcp", `${network.hostAddress}:6443`, "server");
    await world.serve("tcp", "198.51.100.1:80", "world");
    await inside.serve("udp", "10.43.0.10:53", "dns");
    assert.deepEqual(await inside.ask("tcp", `${b.address}:80`), ["b 10.44.0.2"]);
    assert.deepEqual(await machine.ask("tcp", `${b.address}:80`), ["b 10.44.0.1"]);
    assert.deepEqual(await inside.ask("tcp", `${network.hostAddress}:6443`), ["server 10.44.0.2"]);
    assert.deepEqual(await inside.ask("tcp", "198.51.100.1:80"), ["world 203.0.113.1"]);
    assert.deepEqual(await inside.ask("udp", "10.43.0.10:53"), ["dns 10.43.0.10"]);
    assert.deepEqual(await inside.ask("tcp", "10.42.3.1:80"), ["EHOSTUNREACH"]);
  }
  await removeNodeNetwork(deps, options);
  assert.deepEqual(await describeHost(host), before);
  assert.deepEqual(await readdir(folder.path), []);
  await removeNodeNetwork(deps, options);
});

test("packets for pods and services that nothing serves stay on the node", {
  skip: networkSkip,
}, async () => {
  await using outside = await openNamespace();
  await using host = await openHost(outside);
  await using folder = await openHandles();
  const deps = { processes: host.processes, disk: realDisk };
  const options = { ...clusterRanges, cluster: "one", namespaceDirectory: folder.path };
  const { nodes } = await applyNodeNetwork(deps, options, ["a"]);
  const [node] = nodes;
  assert.ok(node !== undefined);
  await runIn(node.namespacePath, "ip route get 10.42.3.1").then(
    () => assert.fail("10.42.3.1 has a route"),
    (error: unknown) => assert.match(String(error), /unreachable|No route to host/),
  );
  // As a packet that is forwarded from a pod sees it.
  assert.match(
    await runIn(host.path, "ip route get 10.42.3.1 from 10.44.0.2 iif wherry0 2>&1 || true"),
    /No route to host/,
  );
  // And as a program on the machine itself does.
  for (const address of ["10.42.3.1", "10.43.0.1"]) {
    assert.match(
      await runIn(host.path, `ip route get ${address} 2>&1 || true`),
      /No route to host/,
    );
  }
  await removeNodeNetwork(deps, options);
});

test("clusters side by side have networks of their own", { skip: networkSkip }, async () => {
  await using outside = await openNamespace();
  await using host = await openHost(outside);
  await using folder = await openHandles();
  const deps = { processes: host.processes, disk: realDisk };
  const optionsOf = (cluster: string) => ({
    ...clusterRanges,
    cluster,
    namespaceDirectory: join(folder.path, cluster),
  });
  await host.sh("ip route add blackhole 10.44.1.0/24");
  const one = await applyNodeNetwork(deps, optionsOf("one"), ["a"]);
  const two = await applyNodeNetwork(deps, optionsOf("two"), ["a"]);
  assert.deepEqual([one.nodes[0]?.address, two.nodes[0]?.address], ["10.44.0.2", "10.44.2.2"]);

  await removeNodeNetwork(deps, optionsOf("one"));
  assert.equal(await host.sh("cat /proc/sys/net/ipv4/ip_forward"), "1", "two still forwards");
  const { nodes } = await applyNodeNetwork(deps, optionsOf("two"), ["a", "b"]);
  {
    await using second = openPeer(nodes[1]?.namespacePath ?? "");
    await using machine = openPeer(host.path);
    await second.serve("tcp", "10.44.2.3:80", "two-b");
    assert.deepEqual(await machine.ask("tcp", "10.44.2.3:80"), ["two-b 10.44.2.1"]);
  }
  await removeNodeNetwork(deps, optionsOf("two"));
  assert.equal(await host.sh("cat /proc/sys/net/ipv4/ip_forward"), "0");
});

test("clusters that start at once do not take each other's slot", {
  skip: networkSkip,
}, async () => {
  await using outside = await openNamespace();
  await using host = await openHost(outside);
  await using folder = await openHandles();
  const deps = { processes: host.processes, disk: realDisk };
  const optionsOf = (cluster: string) => ({
    ...clusterRanges,
    cluster,
    namespaceDirectory: join(folder.path, cluster),
  });
  const names = ["one", "two", "three", "four"];
  const applied = await Promise.all(
    names.map((name) => applyNodeNetwork(deps, optionsOf(name), ["a"])),
  );
  const bridges = applied.map(({ network }) => network.bridge);
  assert.deepEqual(bridges.toSorted(), ["wherry0", "wherry1", "wherry2", "wherry3"]);
  for (const name of names) await removeNodeNetwork(deps, optionsOf(name));
  assert.equal(await host.sh("cat /proc/sys/net/ipv4/ip_forward"), "0");
});

test("pod routes follow the nodes and spare other routes", { skip: networkSkip }, async () => {
  await using outside = await openNamespace();
  await using host = await openHost(outside);
  await host.sh("ip route add 10.42.9.0/24 via 203.0.113.2");
  const apply = async (lines: readonly string[]) => {
    await host.processes.run("ip", ["-batch", "-"], { input: `${lines.join("\n")}\n` });
    return host.sh("ip -4 route show proto 143 | sed 's/ *$//'");
  };
  const one = [{ podCidr: "10.42.1.0/24", via: "203.0.113.2" }];
  const two = [{ podCidr: "10.42.2.0/24", via: "203.0.113.3" }];
  assert.equal(
    await apply(planPodRoutes(one, [], "main")),
    "10.42.1.0/24 via 203.0.113.2 dev eth0",
  );
  assert.equal(
    await apply(planPodRoutes(two, one, "main")),
    "10.42.2.0/24 via 203.0.113.3 dev eth0",
  );
  assert.match(await host.sh("ip -4 route"), /10\.42\.9\.0\/24/);
});

/** A machine whose default route leads to another one, which answers for 198.51.100.1. */
async function openHost(outside: TestNamespace): Promise<TestNamespace> {
  const host = await openNamespace();
  await host.sh(`
    ip link add eth0 type veth peer name eth0 netns ${outside.path}
    ip address add 203.0.113.1/24 dev eth0
    ip link set eth0 up
    ip route add default via 203.0.113.2
    sysctl -qw net.ipv4.ip_forward=0`);
  await outside.sh(`
    ip address add 203.0.113.2/24 dev eth0
    ip address add 198.51.100.1/32 dev lo
    ip link set eth0 up`);
  return host;
}

/** Everything of the host that a cluster could have changed. */
async function describeHost(host: TestNamespace): Promise<string> {
  return host.sh(`ip -4 -br address; ip -4 route show table all; ip -4 rule
    nft list ruleset; cat /proc/sys/net/ipv4/ip_forward`);
}
