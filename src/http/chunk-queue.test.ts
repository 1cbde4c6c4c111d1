import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkQueue } from "./chunk-queue.ts";
import { connectionPair } from "./connection-pair.ts";
import { splice } from "./splice.ts";

test("a reader gets what was pushed before and after it came, then the end", async () => {
  const queue = new ChunkQueue(100);
  queue.push(bytesOf("a"));
  queue.push(bytesOf("b"));
  const reader = queue[Symbol.asyncIterator]();
  const first = await reader.next();
  const waiting = reader.next();
  queue.push(bytesOf("c"));
  queue.end();
  const rest = [await waiting, await reader.next()];
  assert.deepEqual(
    [first, ...rest],
    [
      // What waited comes in one piece.
      { done: false, value: bytesOf("ab") },
      { done: false, value: bytesOf("c") },
      { done: true, value: undefined },
    ],
  );
});

test("a slow reader is noticed at the limit, and can go on when it has caught up", async () => {
  const queue = new ChunkQueue(4);
  const pushed = [queue.push(bytesOf("abc")), queue.push(bytesOf("de")), queue.push(bytesOf("f"))];
  const drained = queue.drained();
  const reader = queue[Symbol.asyncIterator]();
  await reader.next();
  await drained;
  pushed.push(queue.push(bytesOf("longer than the limit")));
  assert.deepEqual(pushed, [true, false, true, true]);
});

test("a broken body gives what came before it, then its error", async () => {
  const queue = new ChunkQueue(100);
  queue.push(bytesOf("a"));
  queue.fail(new Error("too slow"));
  const seen: string[] = [];
  const reading = (async () => {
    for await (const chunk of queue) seen.push(textOf(chunk));
  })();
  await assert.rejects(reading, { message: "too slow" });
  assert.deepEqual(seen, ["a"]);
});

test("nothing is kept for a reader that has left", async () => {
  const queue = new ChunkQueue(100);
  queue.push(bytesOf("a"));
  const reader = queue[Symbol.asyncIterator]();
  await reader.return?.();
  assert.deepEqual([queue.push(bytesOf("b")), queue.waitingBytes], [false, 0]);
});

test("a spliced pair of connections carries bytes both ways and ends each direction alone", async () => {
  const [client, near] = connectionPair();
  const [far, server] = connectionPair();
  const spliced = splice(near, far);
  await client.send(bytesOf("question"));
  await client.finish();
  const asked = await received(server);
  await server.send(bytesOf("answer"));
  await server.finish();
  const answered = await received(client);
  await spliced;
  assert.deepEqual([asked, answered], ["question", "answer"]);
});

test("a sender waits for a reader that does not read", async () => {
  const [sender, reader] = connectionPair();
  let sent = false;
  const sending = sender.send(new Uint8Array(1024 * 1024)).then(() => {
    sent = true;
  });
  await new Promise(setImmediate);
  const sentBefore = sent;
  await reader.received[Symbol.asyncIterator]().next();
  await sending;
  assert.deepEqual([sentBefore, sent], [false, true]);
});

test("what is sent to an end that was closed is refused", async () => {
  const [left, right] = connectionPair();
  await right[Symbol.asyncDispose]();
  await assert.rejects(left.send(bytesOf("x")), { message: "connection is closed" });
  assert.equal(await received(left), "");
});

async function received(connection: { readonly received: AsyncIterable<Uint8Array> }) {
  let text = "";
  for await (const chunk of connection.received) text += textOf(chunk);
  return text;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
