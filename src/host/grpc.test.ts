import assert from "node:assert/strict";
import { test } from "node:test";
import { Server, ServerCredentials, type ServiceDefinition, status } from "@grpc/grpc-js";
import type { GrpcChannel } from "#base";
import { openGrpcChannel } from "./grpc.ts";
import { openFolder } from "./testing.ts";

const never = new AbortController().signal;
const soon = { timeoutMs: 5_000, signal: never };

test("a call carries bytes to a Unix socket and back", async () => {
  await using echo = await openEcho();
  const response = await echo.channel.call("/echo/Call", bytesOf("hello"), soon);
  assert.equal(textOf(response), "hello");
});

test("a large message passes", async () => {
  await using echo = await openEcho();
  const large = new Uint8Array(8 * 1024 * 1024).fill(7);
  const response = await echo.channel.call("/echo/Call", large, soon);
  assert.equal(Buffer.compare(response, large), 0);
});

test("a refusal carries the code and the server's words", async () => {
  await using echo = await openEcho();
  await assert.rejects(echo.channel.call("/echo/Call", bytesOf("refuse"), soon), {
    name: "GrpcError",
    code: "notFound",
    message: "no such container",
  });
  await assert.rejects(echo.channel.call("/echo/Unknown", bytesOf(""), soon), {
    code: "unimplemented",
  });
});

test("a call that takes too long, and one that is aborted, end at once", async () => {
  await using echo = await openEcho();
  const late = echo.channel.call("/echo/Call", bytesOf("hang"), { timeoutMs: 50, signal: never });
  await assert.rejects(late, { code: "deadlineExceeded" });
  const controller = new AbortController();
  const unwanted = echo.channel.call("/echo/Call", bytesOf("hang"), {
    timeoutMs: 5_000,
    signal: controller.signal,
  });
  controller.abort(new Error("no longer wanted"));
  await assert.rejects(unwanted, { message: "no longer wanted" });
});

test("without a server a call is unavailable, and works when there is one", async () => {
  await using folder = await openFolder();
  const endpoint = `unix://${folder.path}/socket`;
  await using channel = await openGrpcChannel(endpoint);
  await assert.rejects(channel.call("/echo/Call", bytesOf("x"), soon), { code: "unavailable" });
  const server = await serveEcho(endpoint);
  let response: Uint8Array | undefined;
  while (response === undefined) {
    response = await channel.call("/echo/Call", bytesOf("x"), soon).catch(() => undefined);
  }
  assert.equal(textOf(response), "x");
  server.forceShutdown();
});

test("a stream brings every message, then the end or the refusal", async () => {
  await using echo = await openEcho();
  const texts: string[] = [];
  for await (const message of echo.channel.stream("/echo/Stream", bytesOf("3"), never)) {
    texts.push(textOf(message));
  }
  assert.deepEqual(texts, ["0", "1", "2"]);
  const refused = echo.channel.stream("/echo/Stream", bytesOf("refuse"), never);
  await assert.rejects(refused[Symbol.asyncIterator]().next(), { code: "notFound" });
});

test("a stream that is left, or aborted, is cancelled at the server", async () => {
  const cancelled = Promise.withResolvers<void>();
  await using echo = await openEcho(cancelled.resolve);
  for await (const message of echo.channel.stream("/echo/Stream", bytesOf("1000000"), never)) {
    if (textOf(message) === "0") break;
  }
  await cancelled.promise;
  const controller = new AbortController();
  const watched = echo.channel.stream("/echo/Stream", bytesOf("hang"), controller.signal);
  const first = watched[Symbol.asyncIterator]().next();
  controller.abort(new Error("no longer wanted"));
  await assert.rejects(first, { message: "no longer wanted" });
});

interface Echo extends AsyncDisposable {
  readonly channel: GrpcChannel;
}

async function openEcho(onCancelled = () => {}): Promise<Echo> {
  const folder = await openFolder();
  const endpoint = `unix://${folder.path}/socket`;
  const server = await serveEcho(endpoint, onCancelled);
  const channel = await openGrpcChannel(endpoint);
  return {
    channel,
    [Symbol.asyncDispose]: async () => {
      await channel[Symbol.asyncDispose]();
      server.forceShutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const bytes = { serialize: (sent: Buffer) => sent, deserialize: (received: Buffer) => received };
const method = {
  requestStream: false,
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
};
const echoService: ServiceDefinition = {
  call: { ...method, path: "/echo/Call", responseStream: false },
  stream: { ...method, path: "/echo/Stream", responseStream: true },
};
const notFound = { code: status.NOT_FOUND, details: "no such container" };

/** Answers with what it is sent; "refuse" and "hang" do what they say. */
async function serveEcho(endpoint: string, onCancelled = () => {}): Promise<Server> {
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  server.addService(echoService, {
    call(call: { request: Buffer }, callback: (error: object | null, reply?: Buffer) => void) {
      const text = call.request.length > 10 ? "" : call.request.toString();
      if (text === "refuse") callback(notFound);
      else if (text !== "hang") callback(null, call.request);
    },
    stream(call: {
      request: Buffer;
      write(reply: Buffer): void;
      end(): void;
      emit(name: "error", error: object): void;
      on(name: "cancelled", listener: () => void): void;
    }) {
      call.on("cancelled", onCancelled);
      const text = call.request.toString();
      if (text === "refuse") call.emit("error", notFound);
      const count = Number(text);
      // A stream that nobody would read to its end is left open after its first message.
      for (let index = 0; index < Math.min(count, 10); index++) call.write(Buffer.from(`${index}`));
      if (count <= 10) call.end();
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(endpoint, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  return server;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(encoded: Uint8Array): string {
  return new TextDecoder().decode(encoded);
}
