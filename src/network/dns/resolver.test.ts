import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, decode, encode, type Packet } from "dns-packet";
import type { DatagramTaker, SocketOpener } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { serviceOf, sliceOf, TestSource } from "../testing.ts";
import { cacheDefaults } from "./answer-cache.ts";
import { Forwarder } from "./forwarder.ts";
import { NameIndex } from "./name-index.ts";
import { silentDnsObserver } from "./observer.ts";
import { Resolver } from "./resolver.ts";
import { Zone } from "./zone.ts";

// Each answer is its response code, its records in short, and marks: "+a" authoritative, "tc".
const zoneRows: readonly (readonly [string, string])[] = [
  ["A web.default.svc.cluster.local", "NOERROR A 10.43.0.7"],
  ["A WEB.Default.svc.cluster.LOCAL", "NOERROR A 10.43.0.7"],
  ["AAAA web.default.svc.cluster.local", "NOERROR"],
  ["A nothing.default.svc.cluster.local", "NXDOMAIN"],
  ["A web.nowhere.svc.cluster.local", "NXDOMAIN"],
  ["A default.svc.cluster.local", "NOERROR"],
  ["A svc.cluster.local", "NOERROR"],
  ["A cluster.local", "NOERROR"],
  ["A nonsense.cluster.local", "NXDOMAIN"],
  ["A kubernetes.default.svc.cluster.local", "NOERROR A 10.43.0.1"],
  ["A db.default.svc.cluster.local", "NOERROR A 10.42.0.5 A 10.42.1.6"],
  ["A db-0.db.default.svc.cluster.local", "NOERROR A 10.42.0.5"],
  ["A 10-42-1-6.db.default.svc.cluster.local", "NOERROR A 10.42.1.6"],
  ["A db-7.db.default.svc.cluster.local", "NXDOMAIN"],
  ["A empty.default.svc.cluster.local", "NXDOMAIN"],
  [
    "SRV _http._tcp.web.default.svc.cluster.local",
    "NOERROR SRV 0 100 80 web.default.svc.cluster.local",
  ],
  ["SRV _http._udp.web.default.svc.cluster.local", "NXDOMAIN"],
  ["A _http._tcp.web.default.svc.cluster.local", "NOERROR"],
  ["A _tcp.web.default.svc.cluster.local", "NOERROR"],
  [
    "SRV _sql._tcp.db.default.svc.cluster.local",
    "NOERROR SRV 0 50 5432 db-0.db.default.svc.cluster.local SRV 0 50 5432 10-42-1-6.db.default.svc.cluster.local",
  ],
  ["A 10-42-0-5.default.pod.cluster.local", "NOERROR A 10.42.0.5"],
  ["A 10-42-0.default.pod.cluster.local", "NXDOMAIN"],
  ["PTR 7.0.43.10.in-addr.arpa", "NOERROR PTR web.default.svc.cluster.local"],
  ["PTR 5.0.42.10.in-addr.arpa", "NOERROR PTR db-0.db.default.svc.cluster.local"],
  ["PTR 99.0.43.10.in-addr.arpa", "NXDOMAIN"],
  ["TXT dns-version.cluster.local", "NOERROR TXT 1.1.0"],
  ["NS cluster.local", "NOERROR NS ns.dns.cluster.local"],
  ["A ns.dns.cluster.local", "NOERROR A 10.43.0.10"],
  ["A out.default.svc.cluster.local", "NOERROR CNAME example.org A 192.0.2.7"],
  ["A in.default.svc.cluster.local", "NOERROR CNAME web.default.svc.cluster.local A 10.43.0.7"],
  ["A loop.default.svc.cluster.local", "NOERROR CNAME loop.default.svc.cluster.local ×8"],
];

test("the zone answers as the specification of Kubernetes' names says", async () => {
  await using dns = await openTestDns();
  for (const [question, expected] of zoneRows) {
    assert.equal(await dns.ask(question), expected, question);
  }
});

test("the rest of a pod's search path is walked for it", async () => {
  await using dns = await openTestDns();
  const rows: readonly (readonly [string, string])[] = [
    [
      "A web.other.default.svc.cluster.local",
      "NOERROR CNAME web.other.svc.cluster.local A 10.43.0.9",
    ],
    ["A example.org.default.svc.cluster.local", "NOERROR CNAME example.org A 192.0.2.7"],
    ["AAAA example.org.default.svc.cluster.local", "NOERROR"],
    ["A intranet.default.svc.cluster.local", "NOERROR CNAME intranet.corp.example A 192.0.2.8"],
    ["A absent.example.default.svc.cluster.local", "NXDOMAIN"],
    ["SRV example.org.default.svc.cluster.local", "NXDOMAIN"],
    ["A example.org.other.svc.cluster.local", "NXDOMAIN"],
    ["A example.org.svc.cluster.local", "NXDOMAIN"],
  ];
  for (const [question, expected] of rows) {
    assert.equal(await dns.ask(question, "10.42.0.77"), expected, question);
  }
  assert.equal(await dns.ask("A example.org.default.svc.cluster.local", "10.44.0.2"), "NXDOMAIN");
});

test("other names go upstream, once for as long as they may be kept", async () => {
  await using dns = await openTestDns();
  assert.equal(await dns.ask("A example.org"), "NOERROR A 192.0.2.7");
  assert.equal(await dns.ask("A Example.ORG"), "NOERROR A 192.0.2.7");
  assert.equal(await dns.ask("A absent.example"), "NXDOMAIN");
  assert.equal(await dns.ask("A absent.example"), "NXDOMAIN");
  assert.deepEqual(dns.upstreamAsked, ["A example.org", "A absent.example"]);
  await dns.clock.advance(61_000);
  assert.equal(await dns.ask("A example.org"), "NOERROR A 192.0.2.7");
  assert.deepEqual(dns.upstreamAsked.length, 3);
});

test("questions under way are joined, and a silent upstream ends in a failure", async () => {
  await using dns = await openTestDns();
  const both = await Promise.all([dns.ask("A example.org"), dns.ask("A example.org")]);
  assert.deepEqual(both, ["NOERROR A 192.0.2.7", "NOERROR A 192.0.2.7"]);
  assert.deepEqual(dns.upstreamAsked, ["A example.org"]);
  const silent = dns.ask("A silent.example");
  await dns.clock.advance(6_000);
  assert.equal(await silent, "SERVFAIL");
  assert.equal(dns.clock.timerCount, 0);
});

test("a server that we forward to does not get its questions back", async () => {
  await using dns = await openTestDns();
  assert.equal(await dns.ask("A example.org", "203.0.113.53"), "REFUSED");
  assert.equal(
    await dns.ask("A web.default.svc.cluster.local", "203.0.113.53"),
    "NOERROR A 10.43.0.7",
  );
  assert.deepEqual(dns.upstreamAsked, []);
});

test("answers from the wrong sender, id or question are not taken", async () => {
  await using dns = await openTestDns();
  const asking = dns.ask("A forged.example");
  await dns.clock.advance(6_000);
  assert.equal(await asking, "SERVFAIL");
});

test("an answer that does not fit is cut, and whole by TCP or with EDNS", async () => {
  await using dns = await openTestDns();
  const count = (text: string) => text.split(" A ").length - 1;
  const plain = await dns.ask("A many.default.svc.cluster.local");
  assert.match(plain, /tc$/);
  assert.equal(count(plain), 29);
  assert.equal(count(await dns.ask("A many.default.svc.cluster.local", "10.42.0.2", "tcp")), 100);
  assert.equal(count(await dns.ask("A many.default.svc.cluster.local +edns")), 73);
});

test("malformed queries are refused or ignored, never crash", async () => {
  await using dns = await openTestDns();
  const good = encode({ type: "query", id: 7, questions: [{ type: "A", name: "a.b" }] });
  const codes = (bytes: Uint8Array) => {
    const answered = dns.resolver.answer(bytes, "10.42.0.2", "udp");
    return answered instanceof Uint8Array ? (answered[3] ?? 0) & 15 : typeof answered;
  };
  const changed = (at: number, value: number) => {
    const bytes = Uint8Array.from(good);
    bytes[at] = value;
    return bytes;
  };
  assert.equal(codes(new Uint8Array(0)), "undefined");
  assert.equal(codes(changed(2, 0x80)), "undefined", "a response");
  assert.equal(codes(changed(2, 0x28)), 4, "an update");
  assert.equal(codes(changed(5, 2)), 1, "two questions");
  assert.equal(codes(changed(12, 0xc0)), 1, "a pointer");
  assert.equal(codes(changed(12, 64)), 1, "a long label");
  assert.equal(codes(changed(11, 1)), 1, "a record that is not there");
  assert.equal(codes(good.subarray(0, good.length - 1)), 1, "cut");
  assert.equal(codes(changed(good.length - 1, 3)), 5, "another class");
  const random = seededRandom(1);
  for (let round = 0; round < 5_000; round++) {
    const bytes = random.bytes(12 + Math.floor(random.fraction() * 40));
    bytes.set([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, Math.floor(random.fraction() * 3)]);
    const answered = dns.resolver.answer(bytes, "203.0.113.53", "udp");
    assert.ok(answered === undefined || answered instanceof Uint8Array);
  }
});

const upstreamAddress = "203.0.113.53";

/** A resolver over a small cluster, and an upstream that knows a few names. */
async function openTestDns() {
  const headless = { clusterIP: "None" };
  const externalName = (externalName: string) => ({ type: "ExternalName", externalName });
  const http = { ports: [{ name: "http", port: 80, protocol: "TCP" }] };
  const services = new TestSource([
    serviceOf("web", "10.43.0.7", http),
    serviceOf("kubernetes", "10.43.0.1"),
    serviceOf("other/web", "10.43.0.9"),
    serviceOf("db", "None", headless),
    serviceOf("many", "None", headless),
    serviceOf("empty", "None", headless),
    serviceOf("out", "", externalName("example.org.")),
    serviceOf("in", "", externalName("web.default.svc.cluster.local")),
    serviceOf("loop", "", externalName("loop.default.svc.cluster.local")),
  ]);
  const addresses = Array.from({ length: 100 }, (_, index) => `10.42.9.${index + 1}`);
  const slices = new TestSource([
    sliceOf("db", "10.42.0.5=db-0 10.42.1.6 10.42.1.7-", [
      { name: "sql", port: 5_432, protocol: "TCP" },
    ]),
    sliceOf("many", addresses.join(" ")),
  ]);
  const clock = new VirtualClock();
  const upstreamAsked: string[] = [];
  const random = seededRandom(7);
  const sockets = upstreamSockets(upstreamAsked);
  const deps = { clock, random, sockets, dialer: noDialer, observer: silentDnsObserver };
  const forwarder = new Forwarder(deps, {
    upstreams: [{ address: upstreamAddress, port: 53 }],
    attemptMs: 2_000,
    attemptsMax: 3,
    pendingMax: 10,
    portCount: 2,
    cache: cacheDefaults,
  });
  await forwarder.open();
  const index = new NameIndex();
  const following = index.follow({ services, slices });
  const ranges = { podRange: "10.42.0.0/16", serviceRange: "10.43.0.0/16" };
  const zone = new Zone(index, { domain: "cluster.local", dnsAddress: "10.43.0.10", ...ranges });
  const clients = {
    findNamespace: (address: string) => (address.startsWith("10.42.") ? "default" : undefined),
  };
  const resolver = new Resolver(zone, forwarder, clients, {
    domain: "cluster.local",
    hostSearch: ["corp.example"],
  });
  return {
    clock,
    resolver,
    upstreamAsked,
    async ask(question: string, client = "10.44.0.2", transport: "udp" | "tcp" = "udp") {
      const answered = await resolver.answer(queryBytes(question), client, transport);
      return answered === undefined ? "ignored" : show(decode(Buffer.from(answered)));
    },
    async [Symbol.asyncDispose]() {
      following[Symbol.dispose]();
      await forwarder[Symbol.asyncDispose]();
    },
  };
}

const noDialer = {
  connectTcp: () => Promise.reject(new Error("no TCP upstream")),
};

/** `TYPE name`, with `+edns` for a client that takes large answers. */
function queryBytes(question: string): Uint8Array {
  const [type = "A", name = "", edns] = question.split(" ");
  const additionals =
    edns === undefined
      ? []
      : [{ type: "OPT", name: ".", udpPayloadSize: 4_096, flags: 0, options: [] } as never];
  return encode({
    type: "query",
    id: 200,
    flags: 0x100,
    questions: [{ type: type as "A", name }],
    additionals,
  });
}

const upstreamNames: ReadonlyMap<string, readonly Answer[]> = new Map([
  ["A example.org", [{ type: "A", name: "example.org", ttl: 60, data: "192.0.2.7" }]],
  ["AAAA example.org", []],
  [
    "A intranet.corp.example",
    [{ type: "A", name: "intranet.corp.example", ttl: 60, data: "192.0.2.8" }],
  ],
]);

/** Sockets whose other side is the upstream, which notes what it is asked. */
function upstreamSockets(asked: string[]): SocketOpener {
  return {
    listenTcp: () => Promise.reject(new Error("not here")),
    async bindUdp(local, take) {
      const socket = {
        local: { address: local.address, port: 40_000 },
        send: (bytes: Uint8Array) =>
          answerAsUpstream(bytes, asked, (response, from) => take(response, from, socket)),
        async [Symbol.asyncDispose]() {},
      };
      return socket;
    },
  };
}

type Deliver = (bytes: Uint8Array, from: Parameters<DatagramTaker>[1]) => void;

function answerAsUpstream(bytes: Uint8Array, asked: string[], deliver: Deliver): void {
  const query = decode(Buffer.from(bytes));
  const [question] = query.questions ?? [];
  const name = `${question?.type} ${question?.name.toLowerCase()}`;
  asked.push(name);
  if (name === "A silent.example") return;
  const answers = upstreamNames.get(name);
  const soa = {
    type: "SOA" as const,
    name: "example",
    ttl: 60,
    data: { mname: "ns", rname: "root", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 60 },
  };
  const response: Packet = {
    type: "response",
    id: query.id ?? 0,
    flags: answers === undefined ? 3 : 0,
    questions: query.questions ?? [],
    answers: [...(answers ?? [])],
    authorities: (answers?.length ?? 0) > 0 ? [] : [soa],
    additionals: [
      { type: "OPT", name: ".", udpPayloadSize: 1_232, flags: 0, options: [] } as never,
    ],
  };
  const from = { address: upstreamAddress, port: 53 };
  if (name !== "A forged.example") {
    queueMicrotask(() => deliver(encode(response), from));
    return;
  }
  const forged = {
    ...response,
    flags: 0,
    answers: [{ type: "A" as const, name: "forged.example", ttl: 60, data: "192.0.2.66" }],
  };
  const other = [{ type: "A" as const, name: "forged.exampel" }];
  queueMicrotask(() => {
    deliver(encode(forged), { address: "203.0.113.66", port: 53 });
    deliver(encode(forged), { ...from, port: 54 });
    deliver(encode({ ...forged, id: ((query.id ?? 0) + 1) & 0xffff }), from);
    deliver(encode({ ...forged, questions: other }), from);
    deliver(encode(forged).subarray(0, 20), from);
  });
}

const codeNames: ReadonlyMap<number, string> = new Map([
  [0, "NOERROR"],
  [2, "SERVFAIL"],
  [3, "NXDOMAIN"],
  [5, "REFUSED"],
]);

/** Response code and answers; records that repeat are counted. */
function show(packet: Packet): string {
  const records = (packet.answers ?? []).map((answer) => `${answer.type} ${showContent(answer)}`);
  const [first = ""] = records;
  const same = records.length > 2 && records.every((record) => record === first);
  const shown = same ? [`${first} ×${records.length}`] : records;
  const marks = ((packet.flags ?? 0) & 0x200) !== 0 ? ["tc"] : [];
  return [codeNames.get((packet.flags ?? 0) & 15), ...shown, ...marks].join(" ");
}

function showContent(answer: Answer): string {
  if (answer.type === "SRV") {
    const { priority, weight, port, target } = answer.data;
    return `${priority} ${weight} ${port} ${target}`;
  }
  if (answer.type === "TXT") return [answer.data].flat().join("");
  const isNamed = answer.type === "A" || answer.type === "CNAME" || answer.type === "PTR";
  return isNamed || answer.type === "NS" ? answer.data : "";
}
