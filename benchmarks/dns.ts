/**
 * How many questions a second the node's DNS server answers, over real UDP on the loopback address,
 * asked by a second process. Prints one line of JSON for each kind of question.
 *
 *   node benchmarks/dns.ts [seconds]
 */
import { fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { silentLogger } from "#base";
import { realClock, realDialer, realSockets, systemRandom } from "#host";
import { dnsDefaults, openDns, silentDnsObserver } from "#network";
import { serviceOf, sliceOf, TestSource } from "#network/testing";

const serviceCount = 1_000;
const podsPerService = 3;
/** Questions under way at once, spread over a few sockets as over a few pods. */
const windowPerSocket = 32;
const socketCount = 4;

const kinds: readonly (readonly [kind: string, name: (index: number) => string])[] = [
  ["cluster IP", (index) => `web-${index}.default.svc.cluster.local`],
  ["headless", (index) => `db-${index}.default.svc.cluster.local`],
  ["no such name", (index) => `none-${index}.default.svc.cluster.local`],
  ["search path", (index) => `web-${index}.other.default.svc.cluster.local`],
];

interface Order {
  readonly port: number;
  readonly seconds: number;
}

if (process.send === undefined) await serveAndMeasure(Number(process.argv[2] ?? 3));
else process.once("message", (order: Order) => void answerOrder(order));

async function serveAndMeasure(seconds: number): Promise<void> {
  await using server = await openServer();
  const client = fork(import.meta.filename, { stdio: "inherit" });
  client.send({ port: server.addresses[0]?.port ?? 0, seconds });
  await once(client, "exit");
  const { rss } = process.memoryUsage();
  console.log(JSON.stringify({ serverResidentMegabytes: Math.round(rss / 1_048_576) }));
}

function openServer() {
  const indexes = Array.from({ length: serviceCount }, (_, index) => index);
  const clusterIp = (net: number, index: number) => `10.43.${net + (index >> 8)}.${index & 255}`;
  const podIp = (index: number, pod: number) => `10.42.${index >> 6}.${(index & 63) * 4 + pod}`;
  const services = new TestSource([
    ...indexes.map((index) => serviceOf(`web-${index}`, clusterIp(1, index))),
    ...indexes.map((index) => serviceOf(`db-${index}`, "None")),
    ...indexes.map((index) => serviceOf(`other/web-${index}`, clusterIp(9, index))),
  ]);
  const slices = new TestSource(
    indexes.map((index) => {
      const pods = Array.from({ length: podsPerService }, (_, pod) => podIp(index, pod));
      return sliceOf(`db-${index}`, pods.join(" "));
    }),
  );
  const deps = {
    services,
    slices,
    clock: realClock,
    random: systemRandom,
    sockets: realSockets,
    dialer: realDialer,
    log: silentLogger,
    observer: silentDnsObserver,
    clients: { findNamespace: () => "default" },
  };
  const options = {
    ...dnsDefaults,
    port: 0,
    addresses: ["127.0.0.1"],
    dnsAddress: "10.43.0.10",
    podRange: "10.42.0.0/16",
    serviceRange: "10.43.0.0/16",
    hostSearch: [],
    upstreams: [],
  };
  return openDns(deps, options, new AbortController().signal);
}

async function answerOrder({ port, seconds }: Order): Promise<void> {
  for (const [kind, name] of kinds) {
    await measure(name, port, 0.5);
    const answersPerSecond = await measure(name, port, seconds);
    console.log(JSON.stringify({ kind, answersPerSecond: Math.round(answersPerSecond) }));
  }
  process.exit();
}

/** Keeps a window of questions under way on each socket for a while; answers per second. */
async function measure(nameOf: (index: number) => string, port: number, seconds: number) {
  let answers = 0;
  let sent = 0;
  const queries = Array.from({ length: serviceCount }, (_, index) => encodeQuery(nameOf(index)));
  const sockets = Array.from({ length: socketCount }, () => createSocket("udp4"));
  const startedMs = performance.now();
  for (const socket of sockets) {
    await new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
    const send = () => socket.send(queries[sent++ % serviceCount] ?? "");
    socket.on("message", () => {
      answers++;
      send();
    });
    for (let index = 0; index < windowPerSocket; index++) send();
  }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const elapsedMs = performance.now() - startedMs;
  for (const socket of sockets) socket.close();
  return (answers * 1_000) / elapsedMs;
}

function encodeQuery(name: string): Uint8Array {
  const labels = name.split(".").map((label) => String.fromCharCode(label.length) + label);
  const header = "\0\x07\x01\0\0\x01\0\0\0\0\0\0";
  return Buffer.from(`${header}${labels.join("")}\0\0\x01\0\x01`, "latin1");
}
