/**
 * The DNS server of a node, as a program inside the node's namespace: started by `network-dns.test.ts`
 * as the agent is by the supervisor. Says "ready" when it listens, and ends with its input.
 */
import { once } from "node:events";
import { silentLogger } from "#base";
import { realClock, realDialer, realSockets, systemRandom } from "#host";
import { clusterRanges, dnsDefaults, openDns, PodNamespaces, silentDnsObserver } from "#network";
import { serviceOf, sliceOf, TestSource } from "#network/testing";

const many = Array.from({ length: 200 }, (_, index) => `10.42.9.${index + 1}`);
const pods = new TestSource([
  { metadata: { namespace: "default", name: "a" }, spec: {}, status: { podIP: "10.42.0.2" } },
]);
const clients = new PodNamespaces();
using _following = clients.follow(pods);
await using _server = await openDns(
  {
    services: new TestSource([
      serviceOf("hello", "10.43.0.7"),
      serviceOf("other/hello", "10.43.0.8"),
      serviceOf("many", "None"),
    ]),
    slices: new TestSource([sliceOf("many", many.join(" "))]),
    clock: realClock,
    random: systemRandom,
    sockets: realSockets,
    dialer: realDialer,
    log: silentLogger,
    observer: silentDnsObserver,
    clients,
  },
  {
    ...dnsDefaults,
    ...clusterRanges,
    addresses: [clusterRanges.dnsAddress, "127.0.0.53"],
    // The machine of the test runs a server of the same kind in place of the world's.
    upstreams: process.argv.slice(2),
    hostSearch: [],
  },
  new AbortController().signal,
);
process.stdout.write("ready\n");
process.stdin.resume();
await once(process.stdin, "end");
process.exit();
