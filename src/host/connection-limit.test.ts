import assert from "node:assert/strict";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { silentLogger } from "#base";
import { ConnectionLimit } from "./connection-limit.ts";
import { openHttpServer } from "./http-server.ts";
import { bytesOf, handlerOf, leafOf, newAuthority, textOf } from "./testing.ts";

const hello = handlerOf({
  handle: async () => ({ status: 200, headers: {}, body: bytesOf("hello") }),
});
const local = { address: "127.0.0.1", port: 0 };

test("connections beyond the limit wait until others end, over all servers", async () => {
  const limit = new ConnectionLimit(2);
  const options = { local, identity: "plain", limit } as const;
  await using first = await openHttpServer({ handler: hello, log: silentLogger }, options);
  await using second = await openHttpServer({ handler: hello, log: silentLogger }, options);
  const idle = [await opened(first.local.port), await opened(second.local.port)];
  const events: string[] = [];
  const answers = [first, second, first].map(async (server, index) => {
    const text = await asked(server.local.port);
    events.push(`answer ${index}`);
    return text;
  });
  // A connection of its own, which the same server would answer first if it took it.
  await roundTrip();
  assert.equal(events.length, 0);
  events.push("one ends");
  idle[0]?.destroy();
  assert.deepEqual(await Promise.all(answers), ["hello", "hello", "hello"]);
  assert.deepEqual(events[0], "one ends");
  idle[1]?.destroy();
});

test("a limited server of TLS answers too", async () => {
  const authority = await newAuthority();
  const { certificate, key } = await authority.issue(leafOf("server", "here", []));
  const clientAuthorities = authority.certificate;
  const identity = { certificate, key, clientAuthorities };
  const limit = new ConnectionLimit(1);
  await using server = await openHttpServer(
    { handler: hello, log: silentLogger },
    { local, identity, limit },
  );
  const { request: requestTls } = await import("node:https");
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      const ca = clientAuthorities;
      const asking = { host: "127.0.0.1", port: server.local.port, ca, agent: false };
      requestTls(asking, (response) => void textOf(response).then(resolve, reject))
        .on("error", reject)
        .end();
    });
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), ["hello", "hello", "hello"]);
});

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      // Answered, so it has been admitted.
      socket.once("data", () => resolve(socket));
      socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    }).on("error", reject);
  });
}

function asked(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, agent: false }, (response) => {
      void textOf(response).then(resolve, reject);
    })
      .on("error", reject)
      .end();
  });
}

async function roundTrip(): Promise<void> {
  await using other = await openHttpServer(
    { handler: hello, log: silentLogger },
    { local, identity: "plain" },
  );
  for (let trip = 0; trip < 3; trip++) await asked(other.local.port);
}
