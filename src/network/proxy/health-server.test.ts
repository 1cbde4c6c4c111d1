import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { silentLogger } from "#base";
import { realSockets } from "#host";
import { HealthServer } from "./health-server.ts";

const answer = { status: 200, localEndpoints: 1, body: "{}" } as const;

test("a port answers while it is wanted, with what holds at the moment", async () => {
  const port = await freePort();
  const deps = { sockets: realSockets, log: silentLogger };
  await using health = new HealthServer(deps, "127.0.0.1");
  await health.apply(new Map([[port, answer]]));
  assert.match(
    await ask(port, "GET / HTTP/1.1\r\n\r\n"),
    /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{\}$/,
  );
  await health.apply(new Map([[port, { ...answer, status: 503 }]]));
  assert.match(await ask(port, "GET / HTTP/1.1\r\n\r\n"), /^HTTP\/1\.1 503 /);
  await health.apply(new Map());
  await assert.rejects(ask(port, "GET / HTTP/1.1\r\n\r\n"), { code: "ECONNREFUSED" });
});

test("an endless head is cut off, and a port of somebody else's is left to them", async () => {
  const owner = createServer().listen(0, "127.0.0.1");
  await once(owner, "listening");
  const port = await freePort();
  const deps = { sockets: realSockets, log: silentLogger };
  await using health = new HealthServer(deps, "127.0.0.1");
  await health.apply(
    new Map([
      [portOf(owner), answer],
      [port, answer],
    ]),
  );
  assert.equal(await ask(port, "x".repeat(9_000)), "");
  await new Promise((resolve) => owner.close(resolve));
});

/** Everything that comes back before the connection ends. */
async function ask(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  let text = "";
  socket.on("data", (chunk: string) => (text += chunk));
  await once(socket, "connect");
  socket.write(request);
  // A connection that is cut off with bytes unread ends by a reset.
  socket.on("error", () => {});
  await once(socket, "close");
  return text;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(server: ReturnType<typeof createServer>): number {
  const bound = server.address();
  assert.ok(bound !== null && typeof bound === "object");
  return bound.port;
}
