import type { Connection } from "#base";
import { ChunkQueue } from "./chunk-queue.ts";

/** A sender waits while this much or more lies unread at the other end. */
const unreadBytesMax = 256 * 1024;

/** Two ends of one connection within this process: what one sends, the other receives. */
export function connectionPair(): readonly [Connection, Connection] {
  const left = new ChunkQueue(Number.POSITIVE_INFINITY);
  const right = new ChunkQueue(Number.POSITIVE_INFINITY);
  return [endOf(left, right), endOf(right, left)];
}

function endOf(incoming: ChunkQueue, outgoing: ChunkQueue): Connection {
  return {
    received: incoming,
    send: async (bytes) => {
      if (!outgoing.push(bytes)) throw new Error("connection is closed");
      if (outgoing.waitingBytes >= unreadBytesMax) await outgoing.drained();
    },
    finish: async () => outgoing.end(),
    [Symbol.asyncDispose]: async () => {
      outgoing.end();
      await incoming[Symbol.asyncIterator]().return?.();
    },
  };
}
