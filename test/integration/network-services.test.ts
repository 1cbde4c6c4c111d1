import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceOf, sliceOf, TestSource } from "#network/testing";
import { openCluster, openHostPorts, openProxy } from "./network-cluster.ts";
import { networkSkip, runIn } from "./network-namespace.ts";

test("services carry connections", { skip: networkSkip, timeout: 120_000 }, async (t) => {
  await using cluster = await openCluster();
  const { a, b, host } = cluster;
  const one = await cluster.addPod(a);
  const two = await cluster.addPod(a);
  const far = await cluster.addPod(b);
  const node = cluster.peer(a.namespacePath);
  const machine = cluster.peer(host.path);
  assert.deepEqual(
    [one.address, two.address, far.address],
    ["10.42.0.2", "10.42.0.3", "10.42.1.2"],
  );
  for (const [pod, name] of [
    [one, "one"],
    [two, "two"],
    [far, "far"],
  ] as const) {
    await pod.peer.serve("tcp", `${pod.address}:8080`, name);
    await pod.peer.serve("udp", `${pod.address}:8080`, name);
  }
  const services = new TestSource([serviceOf("web", "10.43.0.7")]);
  const slices = new TestSource([sliceOf("web", "10.42.0.2@a 10.42.0.3@a 10.42.1.2@b")]);
  await using proxy = await openProxy(a, { services, slices });
  await using proxyB = await openProxy(b, { services, slices });

  await t.test("pods reach each other across nodes under their own address", async () => {
    assert.deepEqual(await one.peer.ask("tcp", "10.42.1.2:8080"), ["far 10.42.0.2"]);
    assert.deepEqual(await far.peer.ask("tcp", "10.42.0.3:8080"), ["two 10.42.1.2"]);
  });

  await t.test("connections to the cluster IP are balanced over all endpoints", async () => {
    const answers = await far.peer.ask("tcp", "10.43.0.7:80", { count: 60 });
    const counts = Object.groupBy(answers, (answer) => answer);
    assert.deepEqual(Object.keys(counts).toSorted(), [
      "far 10.42.1.1",
      "one 10.42.1.2",
      "two 10.42.1.2",
    ]);
    for (const group of Object.values(counts)) {
      assert.ok((group?.length ?? 0) >= 5, JSON.stringify(counts));
    }
  });

  await t.test("a pod balanced to itself gets an answer", async () => {
    await proxy.after(() => slices.set(sliceOf("web", "10.42.0.2@a")));
    assert.deepEqual(await one.peer.ask("tcp", "10.43.0.7:80"), ["one 10.42.0.1"]);
    assert.deepEqual(await two.peer.ask("tcp", "10.43.0.7:80"), ["one 10.42.0.3"]);
  });

  await t.test("the node's own programs reach services", async () => {
    const [answer = ""] = await node.ask("tcp", "10.43.0.7:80");
    assert.match(answer, /^one 10\.4/);
  });

  await t.test("a service without endpoints refuses, at once", async () => {
    await proxy.after(() => slices.set(sliceOf("web", "10.42.0.2@a-")));
    assert.deepEqual(await two.peer.ask("tcp", "10.43.0.7:80"), ["ECONNREFUSED"]);
    assert.deepEqual(await node.ask("tcp", "10.43.0.7:80"), ["ECONNREFUSED"]);
    await proxy.after(() => slices.set(sliceOf("web", "10.42.0.2@a")));
    assert.deepEqual(await two.peer.ask("tcp", "10.43.0.7:81"), ["ECONNREFUSED"], "no such port");
    assert.deepEqual(await two.peer.ask("tcp", "10.43.0.99:80"), ["timeout"], "no such service");
  });

  await t.test("a node port answers on every node, from the host and from pods", async () => {
    const spec = {
      type: "NodePort",
      ports: [{ port: 80, protocol: "TCP", nodePort: 30_080 }],
    };
    await Promise.all(
      [proxy, proxyB].map((each, index) =>
        each.after(() => index === 0 && services.set(serviceOf("web", "10.43.0.7", spec))),
      ),
    );
    assert.deepEqual(await machine.ask("tcp", "10.44.0.2:30080"), ["one 10.42.0.1"]);
    assert.deepEqual(await machine.ask("tcp", "10.44.0.3:30080"), ["one 10.44.0.3"]);
    assert.deepEqual(await far.peer.ask("tcp", "10.44.0.2:30080"), ["one 10.42.0.1"]);
    assert.deepEqual(await node.ask("tcp", "10.44.0.2:30080"), ["one 10.42.0.1"]);
  });

  await t.test("an external policy of Local keeps the sender and the node", async () => {
    const spec = {
      type: "NodePort",
      externalTrafficPolicy: "Local",
      ports: [{ port: 80, protocol: "TCP", nodePort: 30_080 }],
    };
    await Promise.all(
      [proxy, proxyB].map((each, index) =>
        each.after(() => index === 0 && services.set(serviceOf("web", "10.43.0.7", spec))),
      ),
    );
    assert.deepEqual(await machine.ask("tcp", "10.44.0.2:30080"), ["one 10.44.0.1"]);
    assert.deepEqual(await machine.ask("tcp", "10.44.0.3:30080"), ["timeout"], "none on b");
    assert.deepEqual(await far.peer.ask("tcp", "10.44.0.3:30080"), ["one 10.42.1.2"], "from a pod");
  });

  await t.test("session affinity keeps a client with its endpoint", async () => {
    const spec = { sessionAffinity: "ClientIP" };
    await proxy.after(() => {
      services.set(serviceOf("web", "10.43.0.7", spec));
      slices.set(sliceOf("web", "10.42.0.2@a 10.42.1.2@b"));
    });
    const answers = await two.peer.ask("tcp", "10.43.0.7:80", { count: 20 });
    assert.equal(new Set(answers).size, 1);
    const kept = answers[0]?.startsWith("one") ? "10.42.0.2@a" : "10.42.1.2@b";
    await proxy.after(() => slices.set(sliceOf("web", `${kept} 10.42.0.3@a`)));
    const later = await two.peer.ask("tcp", "10.43.0.7:80", { count: 10 });
    assert.deepEqual(new Set(later), new Set(answers), "endpoints changed around it");
    const left = kept === "10.42.0.2@a" ? "10.42.1.2@b" : "10.42.0.2@a";
    await proxy.after(() => slices.set(sliceOf("web", left)));
    const [moved = ""] = await two.peer.ask("tcp", "10.43.0.7:80");
    assert.notEqual(moved, answers[0]);
  });

  await t.test("a UDP flow moves when its endpoint goes", async () => {
    const ports = [{ name: "", port: 8080, protocol: "UDP" }];
    await proxy.after(() => {
      services.set(serviceOf("web", "10.43.0.7", { ports: [{ port: 53, protocol: "UDP" }] }));
      slices.set(sliceOf("web", "10.42.0.2@a", ports));
    });
    const ask = () => two.peer.ask("udp", "10.43.0.7:53", { fromPort: 5_353 });
    assert.deepEqual(await ask(), ["one 10.42.0.3"]);
    await proxy.after(() => slices.set(sliceOf("web", "10.42.1.2@b", ports)));
    assert.deepEqual(await ask(), ["far 10.42.0.3"]);
  });
});

test("a zone that the node moves to decides whom its traffic goes to", {
  skip: networkSkip,
}, async () => {
  await using cluster = await openCluster();
  const { namespacePath } = cluster.a;
  const services = new TestSource([serviceOf("web", "10.43.0.7")]);
  const slices = new TestSource([sliceOf("web", "10.42.0.2@a%east 10.42.1.2@b%west")]);
  const nodes = new TestSource([{ metadata: { name: "a", labels: {} } }]);
  await using proxy = await openProxy(cluster.a, { services, slices, nodes });
  const list = () => runIn(namespacePath, "nft list map ip wherry-services endpoints");
  assert.match(await list(), /10\.42\.0\.2[^]*10\.42\.1\.2/);
  const labels = { "topology.kubernetes.io/zone": "west" };
  await proxy.after(() => nodes.set({ metadata: { name: "a", labels } }));
  assert.doesNotMatch(await list(), /10\.42\.0\.2/);
});

test("changes of endpoints under load drop no connection", { skip: networkSkip }, async () => {
  await using cluster = await openCluster();
  const { a, b, host } = cluster;
  for (const node of [a, a, b, b]) {
    const pod = await cluster.addPod(node);
    await pod.peer.serve("tcp", `${pod.address}:8080`, "pod");
  }
  const ports = [{ port: 80, protocol: "TCP", nodePort: 30_080 }];
  const services = new TestSource([serviceOf("web", "10.43.0.7", { type: "NodePort", ports })]);
  const stages = ["10.42.0.2@a", "10.42.0.2@a 10.42.0.3@a 10.42.1.2@b", "10.42.1.2@b 10.42.1.3@b"];
  const slices = new TestSource([sliceOf("web", stages[0] ?? "")]);
  await using proxy = await openProxy(a, { services, slices });
  const clients = [cluster.peer(host.path), cluster.peer(host.path)];
  const load = { isOn: true };
  const answers = clients.map(async (client) => {
    const seen = new Set<string>();
    while (load.isOn) {
      const some = await client.ask("tcp", "10.44.0.2:30080", { count: 10 });
      for (const answer of some) seen.add(answer.split(" ")[0] ?? "");
    }
    return [...seen];
  });
  for (let change = 1; change <= 30; change++) {
    await proxy.after(() => slices.set(sliceOf("web", stages[change % stages.length] ?? "")));
  }
  load.isOn = false;
  assert.deepEqual(await Promise.all(answers), [["pod"], ["pod"]]);
});

test("a node port answers on the machine's own addresses", { skip: networkSkip }, async () => {
  await using cluster = await openCluster();
  const { a, host } = cluster;
  const pod = await cluster.addPod(a);
  const machine = cluster.peer(host.path);
  await pod.peer.serve("tcp", `${pod.address}:8080`, "pod");
  await machine.serve("tcp", "127.0.0.1:30081", "the machine's own");
  const ports = [{ port: 80, protocol: "TCP", nodePort: 30_080 }];
  const services = new TestSource([serviceOf("web", "10.43.0.7", { type: "NodePort", ports })]);
  const slices = new TestSource([sliceOf("web", "10.42.0.2@a")]);
  await using _proxy = await openProxy(a, { services, slices });
  await host.sh("ip address add 192.0.2.1/32 dev lo");
  await using _ports = await openHostPorts(cluster, services);
  assert.deepEqual(await machine.ask("tcp", "127.0.0.1:30080"), ["pod 10.42.0.1"]);
  assert.deepEqual(await machine.ask("tcp", "192.0.2.1:30080"), ["pod 10.42.0.1"]);
  assert.deepEqual(await machine.ask("tcp", "127.0.0.1:30081"), ["the machine's own 127.0.0.1"]);
});

test("the table comes back when somebody removes it, and goes with its services", {
  skip: networkSkip,
}, async () => {
  await using cluster = await openCluster();
  const { namespacePath } = cluster.a;
  const services = new TestSource([serviceOf("web", "10.43.0.7")]);
  const slices = new TestSource([sliceOf("web", "10.42.0.2@a 10.42.1.2@b")]);
  await using proxy = await openProxy(cluster.a, { services, slices }, { checkMs: 20 });
  const list = () => runIn(namespacePath, "nft list table ip wherry-services");
  assert.match(await list(), /tcp \. 10\.43\.0\.7 \. 80 : goto pick-2/);
  await proxy.after(() => runIn(namespacePath, "nft delete table ip wherry-services"));
  assert.match(await list(), /tcp \. 10\.43\.0\.7 \. 80 : goto pick-2/);
  await proxy.after(() => services.remove(serviceOf("web", "10.43.0.7")));
  assert.doesNotMatch(await list(), /10\.43\.0\.7|10\.42\.1\.2/);
});
