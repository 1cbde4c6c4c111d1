import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { silentLogger } from "#base";
import { realClock, realDisk, realSockets } from "#host";
import {
  applyNodeNetwork,
  clusterRanges,
  cniConfiguration,
  hostPortsDefaults,
  type LabelledNode,
  type NodeNetwork,
  type ObjectSource,
  planPodRoutes,
  type ProxyObserver,
  runHostPorts,
  runServiceProxy,
  serviceProxyDefaults,
} from "#network";
import { TestSource } from "#network/testing";
import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import type { EndpointSlice } from "#api/discovery/v1";
import {
  openHandles,
  openNamespace,
  openPeer,
  type Peer,
  processesIn,
  type TestNamespace,
} from "./network-namespace.ts";

/** Two nodes on a machine of their own, with pods that CNI connects. */
export interface TestCluster extends AsyncDisposable {
  readonly host: TestNamespace;
  readonly a: NodeNetwork;
  readonly b: NodeNetwork;
  /** Connects a pod to a node by the CNI plugins; they give it the next address of the node. */
  addPod(node: NodeNetwork): Promise<TestPod>;
  /** A process in the namespace at `path`, which ends with the cluster. */
  peer(path: string): Peer;
}

export interface TestPod {
  readonly address: string;
  readonly peer: Peer;
}

const pluginDirectory = "/usr/lib/cni";

/** Pods of node `a` are 10.42.0.2 and up, those of `b` 10.42.1.2 and up. */
export async function openCluster(): Promise<TestCluster> {
  await using scope = new AsyncDisposableStack();
  const handles = scope.use(await openHandles());
  const host = scope.use(await openNamespace());
  await host.sh("sysctl -qw net.ipv4.ip_forward=0");
  const deps = { processes: host.processes, disk: realDisk };
  const options = { ...clusterRanges, cluster: "test", namespaceDirectory: handles.path };
  const { nodes } = await applyNodeNetwork(deps, options, ["a", "b"]);
  const [a, b] = nodes;
  if (a === undefined || b === undefined) throw new Error("two nodes asked for");
  const podCidrs = new Map([
    [a, "10.42.0.0/24"],
    [b, "10.42.1.0/24"],
  ]);
  await addRoute(a, "10.42.1.0/24", b.address);
  await addRoute(b, "10.42.0.0/24", a.address);
  const peer = (path: string) => owned.use(openPeer(path));
  const addPod = async (node: NodeNetwork): Promise<TestPod> => {
    const pod = owned.use(await openNamespace());
    const addressDirectory = join(handles.path, "addresses", node.name);
    const podCidr = podCidrs.get(node) ?? "";
    const configuration = cniConfiguration({ podCidr, addressDirectory, mtu: 1_500 });
    const address = await addByCni(node, pod, configuration);
    return { address, peer: peer(pod.path) };
  };
  const owned = scope.move();
  return { host, a, b, addPod, peer, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function addRoute(node: NodeNetwork, podCidr: string, via: string): Promise<void> {
  const input = `${planPodRoutes([{ podCidr, via }], [], "main").join("\n")}\n`;
  await processesIn(node.namespacePath).run("ip", ["-batch", "-"], { input });
}

/** As containerd does: each plugin of the list in turn, with the result of the one before. */
async function addByCni(
  node: NodeNetwork,
  pod: TestNamespace,
  configuration: string,
): Promise<string> {
  const { cniVersion, name, plugins } = JSON.parse(configuration) as {
    readonly cniVersion: string;
    readonly name: string;
    readonly plugins: readonly { readonly type: string }[];
  };
  let prevResult: { readonly ips: readonly { readonly address: string }[] } | undefined;
  for (const plugin of plugins) {
    const run = promisify(execFile)(
      "nsenter",
      [`--net=${node.namespacePath}`, join(pluginDirectory, plugin.type)],
      {
        env: {
          ...process.env,
          CNI_COMMAND: "ADD",
          CNI_CONTAINERID: `pod${pod.path.replaceAll("/", "-")}`,
          CNI_NETNS: pod.path,
          CNI_IFNAME: "eth0",
          CNI_PATH: pluginDirectory,
        },
      },
    );
    run.child.stdin?.end(JSON.stringify({ cniVersion, name, ...plugin, prevResult }));
    prevResult = JSON.parse((await run).stdout) as NonNullable<typeof prevResult>;
  }
  return prevResult?.ips[0]?.address.split("/")[0] ?? "";
}

/** The service proxy of one node, over sources that the test changes. */
export interface TestProxy extends AsyncDisposable {
  /** Makes a change and resolves when the proxy has applied something since. */
  after(change: () => unknown): Promise<void>;
}

export interface TestSources {
  readonly services: ObjectSource<Live<Service>>;
  readonly slices: ObjectSource<Live<EndpointSlice>>;
  readonly nodes?: ObjectSource<LabelledNode>;
}

export async function openProxy(
  node: NodeNetwork,
  sources: TestSources,
  options: { readonly checkMs?: number } = {},
): Promise<TestProxy> {
  const controller = new AbortController();
  let syncs = 0;
  let onSync = () => {};
  const observer: ProxyObserver = {
    queued: () => {},
    synced: () => {
      syncs++;
      onSync();
    },
    failed: () => {},
  };
  const failures: unknown[] = [];
  const log = { ...silentLogger, error: (_: string, error: unknown) => failures.push(error) };
  const running = runServiceProxy(
    {
      nodes: new TestSource([{ metadata: { name: node.name } }]),
      ...sources,
      clock: realClock,
      processes: processesIn(node.namespacePath),
      sockets: realSockets,
      log: { ...log, child: () => silentLogger },
      observer,
    },
    {
      ...clusterRanges,
      ...serviceProxyDefaults,
      ...options,
      nodeName: node.name,
      nodeAddresses: [node.address],
      ownAddresses: [clusterRanges.dnsAddress],
    },
    controller.signal,
  );
  const after = async (change: () => unknown): Promise<void> => {
    const before = syncs;
    await change();
    const deadlineMs = Date.now() + 10_000;
    while (syncs === before) {
      if (failures.length > 0) throw failures[0];
      if (Date.now() > deadlineMs) throw new Error("the proxy applied nothing");
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        onSync = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  await after(() => {});
  return {
    after,
    async [Symbol.asyncDispose]() {
      controller.abort();
      await running;
    },
  };
}

/** Node ports on the test machine's own addresses; resolves when the first table is there. */
export async function openHostPorts(
  { host, a }: TestCluster,
  services: ObjectSource<Live<Service>>,
): Promise<AsyncDisposable> {
  const controller = new AbortController();
  const deps = { services, clock: realClock, processes: host.processes, log: silentLogger };
  const place = { cluster: "test", bridge: "wherry0", nodeAddress: a.address };
  const running = runHostPorts(deps, { ...hostPortsDefaults, ...place }, controller.signal);
  const isThere = () => host.sh("sysctl -n net.ipv4.conf.wherry0.route_localnet");
  while ((await isThere()) !== "1") await new Promise(setImmediate);
  return {
    async [Symbol.asyncDispose]() {
      controller.abort();
      await running;
    },
  };
}
