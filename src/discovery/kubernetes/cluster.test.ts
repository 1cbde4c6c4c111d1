import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import type { Fields, KindSchema, TypeOf } from "#api";
import { type Node, node, pod, service } from "#api/core/v1";
import { endpointSlice } from "#api/discovery/v1";
import { openTestApiServer } from "#apiserver/testing";
import { type Client, createClient, InformerSet } from "#client";
import { configDefaults, parseConfig } from "#promconfig";
import { labelValue } from "#series";
import type { TargetGroup } from "../target-group.ts";
import { createKubernetesDiscoverer } from "./kubernetes-discoverer.ts";

for (const informers of ["shared", "own"] as const) {
  test(`pods of a cluster are followed by ${informers} informers, with their nodes`, async () => {
    await using cluster = await Cluster.open();
    await cluster.create(node, nodeOf("n1", { zone: "a" }));
    await cluster.createPod("web", "n1");
    cluster.discover("role: pod, attach_metadata: {node: true}", informers);
    await cluster.settle();
    const seen = [cluster.show("__meta_kubernetes_node_label_zone")];
    await cluster.createPod("db", "n1");
    await cluster.client.of(node).update(nodeOf("n1", { zone: "b" }), {}, cluster.signal);
    await cluster.settle();
    seen.push(cluster.show("__meta_kubernetes_node_label_zone"));
    await cluster.client
      .of(pod)
      .delete({ namespace: "default", name: "web" }, { gracePeriodSeconds: 0 }, cluster.signal);
    await cluster.settle();
    seen.push(cluster.show("__meta_kubernetes_node_label_zone"));
    assert.deepEqual(seen, [
      ["pod/default/web a 10.1.0.3:80"],
      ["pod/default/web b 10.1.0.3:80", "pod/default/db b 10.1.0.2:80"],
      ["pod/default/db b 10.1.0.2:80"],
    ]);
  });
}

test("slices tell about the service and pods that come after them", async () => {
  await using cluster = await Cluster.open();
  await cluster.create(endpointSlice, {
    metadata: {
      name: "web-1",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "web" },
    },
    addressType: "IPv4",
    ports: [{ name: "http", port: 80, protocol: "TCP" }],
    endpoints: [
      {
        addresses: ["10.1.0.3"],
        targetRef: { kind: "Pod", namespace: "default", name: "web" },
      },
    ],
  });
  cluster.discover("role: endpointslice", "own");
  await cluster.settle();
  const seen = [cluster.show("__meta_kubernetes_service_name", "__meta_kubernetes_pod_name")];
  await cluster.create(service, {
    metadata: { name: "web", namespace: "default" },
    spec: { ports: [{ port: 80 }] },
  });
  await cluster.createPod("web", "n1");
  await cluster.settle();
  seen.push(cluster.show("__meta_kubernetes_service_name", "__meta_kubernetes_pod_name"));
  assert.deepEqual(seen, [
    ["endpointslice/default/web-1  10.1.0.3:80"],
    ["endpointslice/default/web-1 web 10.1.0.3:80=web"],
  ]);
});

test("selectors and namespaces narrow what is found", async () => {
  await using cluster = await Cluster.open();
  await cluster.createPod("web", "n1", { app: "web" });
  await cluster.createPod("db", "n1", { app: "db" });
  cluster.discover(
    "role: pod, namespaces: {names: [default, other]}, selectors: [{role: pod, label: 'app=db'}]",
    "shared",
  );
  await cluster.settle();
  assert.deepEqual(cluster.show(""), ["pod/default/db  10.1.0.2:80"]);
});

/** A real API server in memory, and what discovery finds in it. */
class Cluster implements AsyncDisposable {
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly #clock: VirtualClock;
  readonly #informers: InformerSet;
  readonly #stop = new AbortController();
  readonly #groups = new Map<string, TargetGroup>();
  readonly #running: Promise<void>[] = [];
  readonly #close: () => PromiseLike<void>;

  static async open(): Promise<Cluster> {
    const clock = new VirtualClock();
    const server = await openTestApiServer({ clock });
    const cluster = new Cluster(clock, createClient(server.transport), () =>
      server[Symbol.asyncDispose](),
    );
    await cluster.settle();
    return cluster;
  }

  private constructor(clock: VirtualClock, client: Client, close: () => PromiseLike<void>) {
    this.#clock = clock;
    this.client = client;
    this.signal = this.#stop.signal;
    this.#close = close;
    this.#informers = new InformerSet({
      client,
      clock,
      random: seededRandom(1),
      log: silentLogger,
    });
    this.#running.push(this.#informers.run(this.signal));
  }

  async create<F extends Fields>(
    kind: KindSchema<F>,
    object: TypeOf<KindSchema<F>>,
  ): Promise<void> {
    await this.client.of(kind).create(object, {}, this.signal);
  }

  async createPod(name: string, nodeName: string, labels = {}): Promise<void> {
    const containers = [{ name: "c", image: "i", ports: [{ containerPort: 80 }] }];
    const metadata = { name, namespace: "default", labels };
    await this.create(pod, { metadata, spec: { nodeName, containers } });
    const patch = { type: "merge", body: { status: { podIP: `10.1.0.${name.length}` } } } as const;
    await this.client.of(pod).patchStatus(metadata, patch, {}, this.signal);
  }

  discover(options: string, informers: "shared" | "own"): void {
    const text = `{scrape_configs: [{job_name: j, kubernetes_sd_configs: [{${options}}]}]}`;
    const parsing = { directory: undefined, env: () => undefined, defaults: configDefaults };
    const [section] = parseConfig(text, parsing).scrapeConfigs[0]?.discoveries ?? [];
    assert.ok(section?.kind === "kubernetes");
    const source = {
      client: this.client,
      informers: informers === "shared" ? this.#informers : undefined,
      ownNamespace: "",
      [Symbol.asyncDispose]: async () => {},
    };
    const deps = { clock: this.#clock, random: seededRandom(2), log: silentLogger };
    const discoverer = createKubernetesDiscoverer(
      { ...deps, metrics: { event: () => {} }, openSource: async () => source },
      section.options,
    );
    const running = discoverer.run(this.signal, (groups) => {
      for (const group of groups) this.#groups.set(group.source, group);
    });
    this.#running.push(running);
  }

  settle(): Promise<void> {
    return this.#clock.advance(200);
  }

  /** Groups that have targets, with one of their labels, and addresses with one of theirs. */
  show(groupLabel: string, targetLabel = ""): readonly string[] {
    const groups = [...this.#groups.values()].filter(({ targets }) => targets.length > 0);
    return groups.map(({ source, labels, targets }) => {
      const addresses = targets.map((target) => {
        const address = labelValue(target, "__address__");
        return targetLabel === "" ? address : `${address}=${labelValue(target, targetLabel)}`;
      });
      const shown = addresses.map((address) => address.replace(/=$/, "")).join(",");
      return `${source} ${labelValue(labels, groupLabel)} ${shown}`;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
    await this.#close();
  }
}

function nodeOf(name: string, labels: Readonly<Record<string, string>>): Node {
  return { metadata: { name, labels } };
}
