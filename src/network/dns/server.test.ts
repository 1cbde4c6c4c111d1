import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { silentLogger } from "#base";
import { realClock, realSockets } from "#host";
import { silentDnsObserver } from "./observer.ts";
import { openDnsServer } from "./server.ts";

const options = {
  addresses: ["127.0.0.1"],
  port: 0,
  pendingMax: 1,
  connectionsMax: 1,
  connectionMs: 60_000,
};
const deps = {
  clock: realClock,
  sockets: realSockets,
  log: silentLogger,
  observer: silentDnsObserver,
};

/** Answers with what was asked, in upper case; asked for "later", it takes a moment. */
function echo(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
  const text = Buffer.from(bytes).toString("latin1");
  const answer = Buffer.from(text.toUpperCase());
  return text === "later" ? Promise.resolve(answer) : answer;
}

test("datagrams are answered to whoever sent them", async () => {
  await using server = await openDnsServer(deps, options, echo);
  const socket = createSocket("udp4");
  for (const text of ["now", "later"]) {
    socket.send(text, server.addresses[0]?.port ?? 0, "127.0.0.1");
    const [answer] = await once(socket, "message");
    assert.equal(String(answer), text.toUpperCase());
  }
  await new Promise<void>((resolve) => socket.close(resolve));
});

test("a connection carries several questions, however its bytes are cut", async () => {
  await using server = await openDnsServer(deps, options, echo);
  const socket = connect(server.addresses[0]?.port ?? 0, "127.0.0.1");
  const bytes = Buffer.from("\0\x03one\0\x05later\0\x02tw", "latin1");
  for (const part of [bytes.subarray(0, 1), bytes.subarray(1, 8), bytes.subarray(8)]) {
    socket.write(part);
  }
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  socket.end();
  await once(socket, "close");
  assert.equal(text, "\0\x03ONE\0\x05LATER\0\x02TW");
});

test("more connections than allowed are closed at once", async () => {
  await using server = await openDnsServer(deps, options, echo);
  const port = server.addresses[0]?.port ?? 0;
  const first = connect(port, "127.0.0.1");
  first.write("\0\x01a");
  await once(first, "data");
  const second = connect(port, "127.0.0.1").resume();
  second.on("error", () => {});
  await once(second, "close");
  first.destroy();
  await once(first, "close");
});
