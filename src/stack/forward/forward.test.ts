import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live, ObjectKey } from "#api";
import type { Pod } from "#api/core/v1";
import type { ConnectionTaker, SocketAddress } from "#base";
import { promisesSettled } from "#base/testing";
import { connectionPair } from "#http";
import type { PublishedPort } from "../plan.ts";
import { type OpenForward, openForwards } from "./forward-ports.ts";
import { type Forward, localhost, parseForward, planForwards } from "./plan-forwards.ts";

// As Compose writes ports: what is published, and where the forwarder listens for it.
const published: readonly (readonly [port: string, listens: string])[] = [
  ["80:80", "127.0.0.1+::1 80 -> 80"],
  ["8080:80", "127.0.0.1+::1 8080 -> 80"],
  [":80", "127.0.0.1+::1 0 -> 80"],
  ["127.0.0.1:8080:80", "127.0.0.1 8080 -> 80"],
  ["127.0.0.5:8080:80", "127.0.0.5 8080 -> 80"],
  ["::1:8080:80", "::1 8080 -> 80"],
  ["0.0.0.0:8080:80", "127.0.0.1+::1 8080 -> 80"],
  ["192.168.7.7:8080:80", "127.0.0.1+::1 8080 -> 80"],
  ["53:53/UDP", "web: port 53 is UDP"],
];

test("published ports are forwarded from this machine, and never from anywhere wider", () => {
  for (const [text, want] of published) {
    const { forwards, refusals } = planForwards([{ name: "web", published: [portOf(text)] }]);
    const refused = refusals.map((reason) => reason.replace(/^service |, and.*/g, ""));
    assert.deepEqual([...forwards.map(show), ...refused], [want], text);
  }
});

test("ports are written as kubectl and Docker take them", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["80", "a 80 -> 80"],
    ["8080:80", "a 8080 -> 80"],
    [":80", "a 0 -> 80"],
    ["127.0.0.2:8080:80", "127.0.0.2 8080 -> 80"],
    ["[::1]:8080:80", "::1 8080 -> 80"],
    ["0", ""],
    ["70000:80", ""],
    ["80:", ""],
    ["web", ""],
    ["1:2:3", ""],
  ];
  for (const [text, want] of rows) {
    const forward = parseForward("web", text, ["a"]);
    assert.equal(forward === undefined ? "" : show(forward), want, text);
  }
});

test("connections go to the ready pods in turn, each to its end", async () => {
  const machine = machineOf(["web-1+", "web-2-", "web-3+", "words-1+"]);
  await using forwards = await machine.open([forwardOf("web", 8080, 80)]);
  assert.deepEqual(forwards.open.map(at), ["127.0.0.1:8080", "::1:8080"]);
  const answers = [];
  for (let count = 0; count < 3; count++) answers.push(await machine.ask(8080, "hello"));
  assert.deepEqual(answers, ["web-1:80 hello", "web-3:80 hello", "web-1:80 hello"]);
});

test("without a ready pod the connection ends and the reason is told", async () => {
  const machine = machineOf(["web-1-"]);
  await using _forwards = await machine.open([forwardOf("web", 8080, 80)]);
  assert.equal(await machine.ask(8080, "hello"), "");
  assert.deepEqual(machine.notes, ["service web, port 80: no pod is ready"]);
});

test("a port that is taken is told, the others are there", async () => {
  const machine = machineOf(["web-1+"], { "127.0.0.1:80": "EADDRINUSE", "::1:80": "EADDRINUSE" });
  await using forwards = await machine.open([forwardOf("web", 80, 80), forwardOf("web", 81, 81)]);
  assert.deepEqual(forwards.open.map(at), ["127.0.0.1:81", "::1:81"]);
  assert.match(machine.notes[0] ?? "", /^service web: cannot listen on 127\.0\.0\.1:80: /);
});

test("a port for root only is replaced, and both kinds of localhost agree", async () => {
  const machine = machineOf(["web-1+"], { "127.0.0.1:80": "EACCES" });
  await using forwards = await machine.open([forwardOf("web", 80, 80)]);
  assert.deepEqual(forwards.open.map(at), ["127.0.0.1:8080", "::1:8080"]);
  assert.deepEqual(machine.notes, ["port 80 is for root only; service web is at 8080 instead"]);
});

test("a machine without IPv6 listens on what it has", async () => {
  const machine = machineOf(["web-1+"], { "::1:80": "EADDRNOTAVAIL" });
  await using forwards = await machine.open([forwardOf("web", 80, 80)]);
  assert.deepEqual([forwards.open.map(at), machine.notes], [["127.0.0.1:80"], []]);
});

function portOf(text: string): PublishedPort {
  const [, address, outer = "", target, protocol = "TCP"] =
    /^(?:(.+):)?(\d*):(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
  return {
    address,
    published: outer === "" ? undefined : Number(outer),
    target: Number(target),
    protocol: protocol === "UDP" ? "UDP" : "TCP",
    through: undefined,
  };
}

function forwardOf(service: string, port: number, target: number): Forward {
  return { service, addresses: localhost, port, target };
}

function show({ addresses, port, target }: Forward): string {
  return `${addresses.join("+")} ${port} -> ${target}`;
}

function at({ address, port }: OpenForward): string {
  return `${address}:${port}`;
}

/** Pods as `NAME+` when ready, `NAME-` when not; some addresses that cannot be listened on. */
function machineOf(notations: readonly string[], broken: Readonly<Record<string, string>> = {}) {
  const pods = notations.map((text) => podOf(text.slice(0, -1), text.endsWith("+")));
  const takers = new Map<string, ConnectionTaker>();
  const notes: string[] = [];
  const deps = {
    sockets: {
      listenTcp: async (local: SocketAddress, take: ConnectionTaker) => {
        const name = `${local.address}:${local.port}`;
        const code = broken[name];
        if (code !== undefined) throw Object.assign(new Error(code), { code });
        takers.set(name, take);
        return { local, [Symbol.asyncDispose]: async () => void takers.delete(name) };
      },
    },
    streams: {
      connect: async ({ name }: ObjectKey, port: number) => {
        const [near, far] = connectionPair();
        const answer = async () => {
          for await (const chunk of far.received) {
            await far.send(new TextEncoder().encode(`${name}:${port} `));
            await far.send(chunk);
          }
          await far.finish();
        };
        void answer();
        return near;
      },
    },
    pods: { list: () => pods },
    note: (line: string) => void notes.push(line),
  };
  return {
    notes,
    open: (forwards: readonly Forward[]) =>
      openForwards(deps, forwards, new AbortController().signal),
    async ask(port: number, text: string): Promise<string> {
      const [client, server] = connectionPair();
      takers.get(`127.0.0.1:${port}`)?.(server, { address: "127.0.0.1", port: 1 });
      // Whoever is hung up on may notice while still speaking.
      await client.send(new TextEncoder().encode(text)).catch(() => {});
      await client.finish();
      let answer = "";
      for await (const chunk of client.received) answer += new TextDecoder().decode(chunk);
      await promisesSettled();
      return answer;
    },
  };
}

function podOf(name: string, isReady: boolean): Live<Pod> {
  const containers = [{ name: name.split("-")[0] }];
  const conditions = [{ type: "Ready", status: isReady ? "True" : "False" }];
  const metadata = { name, namespace: "ns", creationTimestamp: "2026-01-01T00:00:00Z" };
  return { metadata, spec: { containers }, status: { conditions } } as unknown as Live<Pod>;
}
