import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import type { Connection, SocketAddress } from "#base";
import { realDialer } from "./dialer.ts";
import { realSockets } from "./sockets.ts";
import { openFolder, textOf } from "./testing.ts";

const anyPort: SocketAddress = { address: "127.0.0.1", port: 0 };
const never = new AbortController().signal;

test("a TCP connection carries bytes both ways, and each direction ends alone", async () => {
  await using listener = await realSockets.listenTcp(
    anyPort,
    (connection) => void echo(connection),
  );
  await using client = await realDialer.connectTcp("127.0.0.1", listener.local.port, never);
  await client.send(bytesOf("hello "));
  await client.send(bytesOf("there"));
  await client.finish();
  assert.equal(await textOf(client.received), "hello there, end");
});

test("a slow reader makes the sender wait", async () => {
  const accepted = Promise.withResolvers<Connection>();
  await using listener = await realSockets.listenTcp(anyPort, accepted.resolve);
  await using client = await realDialer.connectTcp("127.0.0.1", listener.local.port, never);
  await using server = await accepted.promise;
  const megabyte = new Uint8Array(1024 * 1024);
  let sentCount = 0;
  const sending = (async () => {
    for (; sentCount < 64; sentCount++) await client.send(megabyte);
    await client.finish();
  })();
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  const sentBeforeReading = sentCount;
  let byteCount = 0;
  for await (const chunk of server.received) byteCount += chunk.byteLength;
  await sending;
  assert.ok(sentBeforeReading < 64, `${sentBeforeReading} MiB were taken without a reader`);
  assert.equal(byteCount, 64 * megabyte.byteLength);
});

test("connects to Unix sockets", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/socket`;
  const server = createServer((socket) => socket.end("from unix"));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await using client = await realDialer.connectUnix(path, never);
  assert.equal(await textOf(client.received), "from unix");
  server.close();
});

test("a refused connection says to where, with the code as cause", async () => {
  const listener = await realSockets.listenTcp(anyPort, () => {});
  await listener[Symbol.asyncDispose]();
  const { port } = listener.local;
  await assert.rejects(realDialer.connectTcp("127.0.0.1", port, never), (error: Error) => {
    assert.match(error.message, new RegExp(`^connecting to 127.0.0.1:${port}: .*ECONNREFUSED`));
    return true;
  });
});

test("a port in use is refused by its code", async () => {
  await using listener = await realSockets.listenTcp(anyPort, () => {});
  await assert.rejects(
    realSockets.listenTcp(listener.local, () => {}),
    { code: "EADDRINUSE" },
  );
});

test("datagrams are taken and answered", async () => {
  const answered = Promise.withResolvers<string>();
  await using server = await realSockets.bindUdp(anyPort, (bytes, from, socket) => {
    socket.send(bytesOf(`${Buffer.from(bytes)} to you`), from);
  });
  await using client = await realSockets.bindUdp(anyPort, (bytes) => {
    answered.resolve(Buffer.from(bytes).toString());
  });
  client.send(bytesOf("hello"), server.local);
  assert.equal(await answered.promise, "hello to you");
});

async function echo(connection: Connection): Promise<void> {
  await using owned = connection;
  for await (const chunk of owned.received) await owned.send(chunk);
  await owned.send(bytesOf(", end"));
  await owned.finish();
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
