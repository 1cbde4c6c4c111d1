import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync, constants } from "node:zlib";
import type { Connection } from "#base";
import { promisesSettled, seededRandom } from "#base/testing";
import {
  connectionPair,
  encodeControl,
  encodeData,
  openWebSocket,
  type SpdyFrame,
  SpdyFrameReader,
  type WebSocket,
} from "#http";
import type { StreamChoice } from "../runtime.ts";
import { translateChannels } from "./channel-translation.ts";

const utf8 = new TextDecoder();
const text = (value: string) => new TextEncoder().encode(value);
const streams = { error: 1, stdin: 3, stdout: 5, stderr: 7 };

test("streams are opened in upstream's order, with headers that zlib can read", async () => {
  const { server } = translation({});
  await promisesSettled();
  assert.deepEqual(streamTypesOf(server.frames), ["error", "stdin", "stdout", "stderr"]);
});

test("a terminal has no standard error and can be resized", async () => {
  const { server } = translation({ tty: true });
  await promisesSettled();
  assert.deepEqual(streamTypesOf(server.frames), ["error", "stdin", "stdout", "resize"]);
});

test("output, errors and the verdict reach the client on their channels", async () => {
  const { client, server, done } = translation({});
  await promisesSettled();
  await server.send(encodeData(streams.stdout, text("out"), false));
  await server.send(encodeData(streams.stderr, text("err"), false));
  await server.send(encodeData(streams.error, text('{"status":'), false));
  await server.send(encodeData(streams.error, text('"Success"}'), true));
  await server.finish();
  await done;
  assert.deepEqual(await client.closed, ["1:", "1:out", "2:err", '3:{"status":"Success"}']);
});

test("the verdict comes last, whenever the server sends it", async () => {
  const { client, server, done } = translation({});
  await promisesSettled();
  await server.send(encodeData(streams.error, text("{}"), true));
  await server.send(encodeData(streams.stdout, text("late"), true));
  await server.finish();
  await done;
  assert.deepEqual(await client.closed, ["1:", "1:late", "3:{}"]);
});

test("input and its end reach the command", async () => {
  const { client, server } = translation({});
  await promisesSettled();
  server.frames.length = 0;
  await client.send([0, ...text("some input")]);
  await client.send([255, 0]);
  await client.send([9, 1, 2, 3]);
  await promisesSettled();
  assert.deepEqual(server.frames.map(show), ["3:some input", "3: end"]);
});

test("pings are answered, whatever else is unknown is passed over", async () => {
  const { server } = translation({});
  await promisesSettled();
  server.frames.length = 0;
  await server.send(encodeControl(6, Uint8Array.of(0, 0, 0, 2)));
  await server.send(encodeControl(4, new Uint8Array(4)));
  await server.send(encodeData(99, text("nobody's"), false));
  await promisesSettled();
  assert.deepEqual(server.frames.map(show), ["control 6"]);
});

test("a client that leaves ends the command's streams", async () => {
  const { client, server, done } = translation({});
  await promisesSettled();
  await client.leave();
  await done;
  await server.ended;
});

test("a server that sends nonsense is told to the client as a failure", async () => {
  const { client, server, done } = translation({});
  await promisesSettled();
  await server.send(Uint8Array.of(0, 0, 0, 1, 0, 255, 255, 255));
  await done;
  const verdict = (await client.closed).at(-1)?.slice(2) ?? "";
  assert.deepEqual(JSON.parse(verdict).message, "an SPDY frame is too long");
});

test("frames are read however they are cut", () => {
  const bytes = Uint8Array.from([
    ...encodeData(1, text("one"), false),
    ...encodeControl(6, Uint8Array.of(1, 2, 3, 4)),
    ...encodeData(3, text(""), true),
  ]);
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new SpdyFrameReader();
    const frames: SpdyFrame[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      frames.push(...reader.push(bytes.subarray(at, at + size)));
    }
    assert.deepEqual(frames.map(show), ["1:one", "control 6", "3: end"]);
  }
});

function translation(part: Partial<StreamChoice>) {
  const choice = { stdin: true, stdout: true, stderr: true, tty: false, ...part };
  const [near, far] = connectionPair();
  const [upstream, runtime] = connectionPair();
  const socket = openWebSocket(near, { role: "server", messageBytesMax: 1 << 20 });
  const done = translateChannels(socket, upstream, choice);
  return { client: clientOf(far), server: serverOf(runtime), done };
}

function clientOf(connection: Connection) {
  const role = { client: seededRandom(1) };
  const socket: WebSocket = openWebSocket(connection, { role, messageBytesMax: 1 << 20 });
  const read = async () => {
    const messages: string[] = [];
    for await (const { bytes } of socket.messages) {
      messages.push(`${bytes[0]}:${utf8.decode(bytes.subarray(1))}`);
    }
    return messages;
  };
  return {
    closed: read(),
    send: (bytes: readonly number[]) =>
      socket.send({ kind: "binary", bytes: Uint8Array.from(bytes) }),
    leave: () => connection[Symbol.asyncDispose](),
  };
}

function serverOf(connection: Connection) {
  const frames: SpdyFrame[] = [];
  const read = async () => {
    const reader = new SpdyFrameReader();
    for await (const chunk of connection.received) frames.push(...reader.push(chunk));
  };
  return {
    frames,
    ended: read(),
    send: (bytes: Uint8Array) => connection.send(bytes),
    finish: () => connection.finish(),
  };
}

/** Decompresses the header blocks as one zlib stream, as a server does. */
function streamTypesOf(frames: readonly SpdyFrame[]): readonly string[] {
  const blocks = frames.map(({ payload }) => payload.subarray(10));
  const compressed = Buffer.concat(blocks);
  const options = { finishFlush: constants.Z_SYNC_FLUSH };
  const headers = inflateSync(compressed, options).toString("latin1");
  return [...headers.matchAll(/streamtype[^a-z]+([a-z]+)/g)].map(([, type]) => type ?? "");
}

function show(frame: SpdyFrame): string {
  if (frame.kind === "control") return `control ${frame.type}`;
  return `${frame.stream}:${utf8.decode(frame.payload)}${frame.last ? " end" : ""}`;
}
