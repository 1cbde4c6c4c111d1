/**
 * The DNS server of a node, or the machine's relay, as a program inside a namespace: started by
 * `network-dns.test.ts` as the agent is by the supervisor. Ends with its input.
 *
 *   node network-dns-node.ts (server | relay ADDRESS) UPSTREAM
 */
import { once } from "node:events";
import { silentLogger } from "#base";
import { realClock, realDialer, realSockets, systemRandom } from "#host";
import {
  clusterRanges,
  dnsDefaults,
  openDns,
  PodNamespaces,
  runDnsRelay,
  silentDnsObserver,
} from "#network";
import { serviceOf, sliceOf, TestSource } from "#network/testing";

const [mode, ...rest] = process.argv.slice(2);
const controller = new AbortController();
const ports = {
  clock: realClock,
  random: systemRandom,
  sockets: realSockets,
  dialer: realDialer,
  log: silentLogger,
  observer: silentDnsObserver,
};
await using scope = new AsyncDisposableStack();
if (mode === "relay") {
  const [address = "", upstream = ""] = rest;
  const relayed = { addresses: [address], upstreams: [{ address: upstream, port: 53 }] };
  void runDnsRelay(ports, { ...dnsDefaults, ...relayed }, controller.signal);
} else {
  scope.use(await openServer(rest));
}
process.stdout.write("ready\n");
process.stdin.resume();
await once(process.stdin, "end");
process.exit();

function openServer(upstreams: readonly string[]) {
  const many = Array.from({ length: 200 }, (_, index) => `10.42.9.${index + 1}`);
  const pods = new TestSource([
    { metadata: { namespace: "default", name: "a" }, spec: {}, status: { podIP: "10.42.0.2" } },
  ]);
  const clients = new PodNamespaces();
  scope.use(clients.follow(pods));
  const services = new TestSource([
    serviceOf("hello", "10.43.0.7"),
    serviceOf("other/hello", "10.43.0.8"),
    serviceOf("many", "None"),
  ]);
  const slices = new TestSource([sliceOf("many", many.join(" "))]);
  const addresses = [clusterRanges.dnsAddress, "127.0.0.53"];
  return openDns(
    { ...ports, services, slices, clients },
    { ...dnsDefaults, ...clusterRanges, addresses, upstreams, hostSearch: [] },
    controller.signal,
  );
}
