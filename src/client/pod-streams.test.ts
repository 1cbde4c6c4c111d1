import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync, constants } from "node:zlib";
import type { Connection, HttpTransport } from "#base";
import { connectionPair, encodeData, type SpdyFrame, SpdyFrameReader } from "#http";
import { createPodStreams, type PodCommand } from "./pod-streams.ts";

const pod = { namespace: "my app", name: "web-0" };
const signal = new AbortController().signal;
const utf8 = new TextDecoder();
const bytesOf = (text: string) => new TextEncoder().encode(text);
const command: PodCommand = { container: "web", words: ["sh", "-c", "a b"] };

// A node's part of a stream: what it sends and on which of its streams; "." ends the stream.
const verdicts = {
  success: '{"status":"Success"}',
  exit3: `{"status":"Failure","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}`,
  missing: '{"status":"Failure","message":"exec: \\"nothing\\": not found"}',
};

test("a command's outputs come apart, and its exit status at the end", async () => {
  const node = nodeOf([
    "stdout:out",
    "stderr:err",
    "stdout:.",
    "stderr:.",
    `error:${verdicts.exit3}`,
  ]);
  const heard: string[] = [];
  const status = await createPodStreams(node.transport).exec(pod, command, earsOf(heard), signal);
  assert.deepEqual([status, heard], [3, ["out", "err!"]]);
  assert.deepEqual(node.asked, [
    "POST /api/v1/namespaces/my%20app/pods/web-0/exec?container=web&stdin=false&stdout=true" +
      "&stderr=true&tty=false&command=sh&command=-c&command=a+b v4.channel.k8s.io",
  ]);
});

test("input is sent to its end", async () => {
  const node = nodeOf(["await stdin", "stdout:.", "stderr:.", `error:${verdicts.success}`]);
  const streams = { ...earsOf([]), input: inputOf("some", "thing") };
  assert.equal(await createPodStreams(node.transport).exec(pod, command, streams, signal), 0);
  assert.equal(node.heard("stdin"), "something.");
});

test("a terminal has one output and sizes", async () => {
  async function* sizes() {
    yield { columns: 80, rows: 24 };
  }
  const node = nodeOf(["await resize", "stdout:hi", "stdout:.", `error:${verdicts.success}`]);
  const heard: string[] = [];
  const streams = { ...earsOf(heard), terminal: sizes() };
  assert.equal(await createPodStreams(node.transport).exec(pod, command, streams, signal), 0);
  assert.deepEqual([heard, node.heard("resize")], [["hi"], '{"Width":80,"Height":24}\n']);
  assert.deepEqual(node.opened(), ["error", "stdout", "resize"]);
});

test("a command that cannot be started says why, a lost connection that it was lost", async () => {
  const run = (script: readonly string[]) =>
    createPodStreams(nodeOf(script).transport).exec(pod, command, earsOf([]), signal);
  await assert.rejects(run(["stdout:.", "stderr:.", `error:${verdicts.missing}`]), {
    message: 'exec: "nothing": not found',
  });
  await assert.rejects(run(["hang up"]), { message: "the connection to the command was lost" });
});

test("a connection to a port goes both ways, each to its own end", async () => {
  const node = nodeOf(["await data", "data:pong", "data:.", "error:."]);
  await using connection = await createPodStreams(node.transport).connect(pod, 8080, signal);
  await connection.send(bytesOf("ping"));
  await connection.finish();
  assert.equal(await textOf(connection.received), "pong");
  assert.deepEqual([node.heard("data"), node.heard("error")], ["ping.", "."]);
  assert.match(node.asked[0] ?? "", /portforward portforward\.k8s\.io$/);
});

test("a port where nobody listens is an error", async () => {
  const node = nodeOf(["data:.", "error:connection refused", "error:."]);
  await using connection = await createPodStreams(node.transport).connect(pod, 8080, signal);
  await assert.rejects(textOf(connection.received), { message: "connection refused" });
});

test("a refused upgrade is the server's refusal", async () => {
  const status = {
    kind: "Status",
    reason: "NotFound",
    message: 'pods "web-0" not found',
    code: 404,
  };
  const response = { status: 404, headers: {}, body: bytesOf(JSON.stringify(status)) };
  const transport: HttpTransport = {
    send: () => Promise.resolve(response),
    upgrade: async () => ({ kind: "refused", response }),
  };
  await assert.rejects(createPodStreams(transport).connect(pod, 80, signal), {
    name: "StatusError",
    reason: "NotFound",
    message: 'pods "web-0" not found',
  });
});

function earsOf(heard: string[]) {
  return {
    output: async (bytes: Uint8Array) => void heard.push(utf8.decode(bytes)),
    error: async (bytes: Uint8Array) => void heard.push(`${utf8.decode(bytes)}!`),
  };
}

async function* inputOf(...chunks: readonly string[]) {
  for (const chunk of chunks) yield bytesOf(chunk);
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += utf8.decode(chunk);
  return text;
}

/** A node that plays its script as soon as the client has opened the streams that it is about. */
function nodeOf(script: readonly string[]) {
  const asked: string[] = [];
  const streams = new Map<number, { readonly type: string; heard: string }>();
  const find = (type: string) => [...streams].find(([, stream]) => stream.type === type);
  const [near, far] = connectionPair();
  let position = 0;
  const play = async () => {
    for (; position < script.length; position++) {
      const step = script[position] ?? "";
      if (step === "hang up") return await far.finish();
      const [, awaited, type = awaited, text = ""] =
        /^(?:await (\w+)|(\w+):(.*))$/s.exec(step) ?? [];
      const [number, stream] = find(type ?? "") ?? [];
      if (number === undefined || (awaited !== undefined && !/[.\n]$/.test(stream?.heard ?? ""))) {
        return;
      }
      if (awaited === undefined) await answer(far, number, text);
    }
    await far.finish();
  };
  const listen = async () => {
    const reader = new SpdyFrameReader();
    const headers: Uint8Array[] = [];
    for await (const chunk of far.received) {
      for (const frame of reader.push(chunk)) {
        note(frame, streams, headers);
        await play();
      }
    }
  };
  void listen();
  const transport: HttpTransport = {
    send: () => Promise.reject(new Error("nothing is sent")),
    upgrade: async ({ method, target, headers }) => {
      asked.push(`${method} ${target} ${headers["x-stream-protocol-version"]}`);
      const response = { status: 101, headers: {}, body: undefined };
      return { kind: "upgraded", response, connection: near };
    },
  };
  return {
    transport,
    asked,
    heard: (type: string) => find(type)?.[1].heard,
    opened: () => [...streams.values()].map(({ type }) => type),
  };
}

async function answer(connection: Connection, stream: number, text: string): Promise<void> {
  const isWhole = text.startsWith("{");
  const content = text === "." ? "" : text;
  await connection.send(encodeData(stream, bytesOf(content), text === "." || isWhole));
}

function note(
  frame: SpdyFrame,
  streams: Map<number, { readonly type: string; heard: string }>,
  headers: Uint8Array[],
): void {
  if (frame.kind === "control") {
    headers.push(frame.payload.subarray(10));
    const all = inflateSync(Buffer.concat(headers), { finishFlush: constants.Z_SYNC_FLUSH });
    const types = [
      ...all.toString("latin1").matchAll(/streamtype....(error|data|std\w+|resize)/gs),
    ];
    const number = new DataView(frame.payload.slice().buffer).getUint32(0);
    streams.set(number, { type: types.at(-1)?.[1] ?? "", heard: "" });
    return;
  }
  const stream = streams.get(frame.stream);
  if (stream !== undefined) stream.heard += utf8.decode(frame.payload) + (frame.last ? "." : "");
}
