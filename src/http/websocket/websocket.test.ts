import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Random } from "#base";
import { connectionPair } from "../connection-pair.ts";
import { encodeFrame, FrameReader, opcodes } from "./frame.ts";
import { acceptKeyOf, grantWebSocket, isWebSocketRequest, offeredProtocols } from "./handshake.ts";
import { sha1 } from "./sha1.ts";
import { openWebSocket, type WebSocket } from "./websocket.ts";

const fixedMask: Random = {
  fraction: () => 0,
  bytes: (count) => new Uint8Array(count).fill(0x5a),
  fork: () => fixedMask,
};

test("SHA-1 agrees with another implementation around the block size", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const message = new Uint8Array(length).map((_byte, index) => index);
    assert.equal(
      Buffer.from(sha1(message)).toString("hex"),
      createHash("sha1").update(message).digest("hex"),
    );
  }
});

test("the accept key is that of the example in RFC 6455", () => {
  assert.equal(acceptKeyOf("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

test("a handshake is granted with the protocol that was chosen", () => {
  const request = handshakeOf({ "sec-websocket-protocol": "v5.channel.k8s.io, v4.channel.k8s.io" });
  const { answer } = grantWebSocket(request, "v4.channel.k8s.io", 1024);
  assert.deepEqual(
    [isWebSocketRequest(request), offeredProtocols(request), answer.kind, answer.response],
    [
      true,
      ["v5.channel.k8s.io", "v4.channel.k8s.io"],
      "upgraded",
      {
        status: 101,
        headers: {
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
          "sec-websocket-protocol": "v4.channel.k8s.io",
        },
        body: undefined,
      },
    ],
  );
});

test("a handshake without a key, or of another version, is refused", () => {
  const without = handshakeOf({ "sec-websocket-key": undefined });
  const other = handshakeOf({ "sec-websocket-version": "8" });
  assert.throws(() => grantWebSocket(without, undefined, 1), { status: 400 });
  assert.throws(() => grantWebSocket(other, undefined, 1), { status: 400 });
});

test("messages of every size pass both ways", async () => {
  const [client, server] = socketPair();
  const sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000];
  const [toServer, toClient] = await Promise.all([
    exchange(client, server),
    exchange(server, client),
  ]);
  assert.deepEqual([toServer, toClient], [sizes, sizes]);

  async function exchange(from: WebSocket, to: WebSocket): Promise<readonly number[]> {
    const received: number[] = [];
    const reading = (async () => {
      for await (const { bytes } of to.messages) {
        assert.ok(bytes.every((byte) => byte === 7));
        if (received.push(bytes.byteLength) === sizes.length) return;
      }
    })();
    for (const size of sizes) {
      await from.send({ kind: "binary", bytes: new Uint8Array(size).fill(7) });
    }
    await reading;
    return received;
  }
});

test("fragments are joined, and a ping between them is answered", async () => {
  const [raw, near] = connectionPair();
  const socket = openWebSocket(near, { role: "server", messageBytesMax: 100 });
  const mask = new Uint8Array(4);
  const first = encodeFrame(opcodes.text, bytesOf("hel"), mask);
  first[0] = opcodes.text;
  await raw.send(first);
  await raw.send(encodeFrame(opcodes.ping, bytesOf("alive?"), mask));
  await raw.send(encodeFrame(opcodes.continuation, bytesOf("lo"), mask));
  const { value } = await socket.messages[Symbol.asyncIterator]().next();
  const reader = new FrameReader({ masked: "forbidden", payloadBytesMax: 100 });
  const answer = await raw.received[Symbol.asyncIterator]().next();
  assert.deepEqual(value, { kind: "text", bytes: bytesOf("hello") });
  assert.deepEqual(reader.push(answer.value), [
    { opcode: opcodes.pong, final: true, payload: bytesOf("alive?") },
  ]);
});

test("frames are found wherever the bytes are cut", () => {
  const whole = [
    encodeFrame(opcodes.text, bytesOf("one"), bytesOf("mask")),
    encodeFrame(opcodes.binary, new Uint8Array(300), bytesOf("mask")),
  ].flatMap((frame) => [...frame]);
  for (let cut = 0; cut <= whole.length; cut++) {
    const reader = new FrameReader({ masked: "required", payloadBytesMax: 1000 });
    const frames = [whole.slice(0, cut), whole.slice(cut)].flatMap((part) =>
      reader.push(Uint8Array.from(part)),
    );
    assert.deepEqual(
      frames.map(({ payload }) => payload.byteLength),
      [3, 300],
    );
  }
});

test("closing is answered, and ends the messages of both", async () => {
  const [client, server] = socketPair();
  await client.close(1000, "done");
  assert.deepEqual([await countOf(server), await countOf(client)], [0, 0]);
  await assert.rejects(client.send({ kind: "text", bytes: bytesOf("late") }));

  async function countOf(socket: WebSocket): Promise<number> {
    let count = 0;
    for await (const _message of socket.messages) count++;
    return count;
  }
});

// The bytes that a client sends; how the server says what was wrong.
const brokenCases: readonly (readonly [why: string, sent: Uint8Array, want: string])[] = [
  ["no mask", encodeFrame(opcodes.text, bytesOf("x")), "1002 client frame is not masked"],
  ["a reserved bit", Uint8Array.of(0xc1, 0x80), "1002 reserved bits are set"],
  ["a fragmented ping", Uint8Array.of(0x09, 0x80), "1002 control frame is fragmented"],
  ["a long ping", Uint8Array.of(0x89, 0xfe), "1002 control frame is too long"],
  ["an unknown opcode", maskedFrame(0x3, ""), "1002 unexpected frame"],
  ["a continuation of nothing", maskedFrame(opcodes.continuation, "x"), "1002 unexpected frame"],
  ["too much", maskedFrame(opcodes.text, "x".repeat(101)), "1009 message is too big"],
];

for (const [why, sent, want] of brokenCases) {
  test(`a WebSocket with ${why} is closed: ${want}`, async () => {
    const [raw, near] = connectionPair();
    const socket = openWebSocket(near, { role: "server", messageBytesMax: 100 });
    await raw.send(sent);
    await assert.rejects(socket.messages[Symbol.asyncIterator]().next(), {
      name: "WebSocketError",
    });
    const answer: Uint8Array = (await raw.received[Symbol.asyncIterator]().next()).value;
    const reason = new TextDecoder().decode(answer.subarray(4));
    assert.equal(`${new DataView(answer.buffer).getUint16(2)} ${reason}`, want);
  });
}

function maskedFrame(opcode: number, text: string): Uint8Array {
  return encodeFrame(opcode, bytesOf(text), new Uint8Array(4));
}

function socketPair(): readonly [client: WebSocket, server: WebSocket] {
  const [left, right] = connectionPair();
  return [
    openWebSocket(left, { role: { client: fixedMask }, messageBytesMax: 1_000_000 }),
    openWebSocket(right, { role: "server", messageBytesMax: 1_000_000 }),
  ];
}

function handshakeOf(headers: Readonly<Record<string, string | undefined>>) {
  return {
    method: "GET",
    target: "/exec",
    headers: {
      upgrade: "websocket",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-version": "13",
      ...headers,
    },
    body: undefined,
  };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
