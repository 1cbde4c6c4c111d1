import type { Duplex } from "node:stream";
import type { Connection } from "#base";

/**
 * A Node stream as a connection. The stream must allow being half open, so that `finish` ends our
 * direction alone.
 */
export function connectionOf(stream: Duplex): Connection {
  // Whoever reads or sends next is told; without a listener the error would end the process.
  stream.on("error", () => {});
  return {
    received: { [Symbol.asyncIterator]: () => chunksOf(stream) },
    send: (bytes) => sendOn(stream, bytes),
    finish: () => finishOf(stream),
    [Symbol.asyncDispose]: async () => {
      stream.destroy();
    },
  };
}

function chunksOf(stream: Duplex): AsyncIterator<Uint8Array> {
  return stream.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
}

function sendOn(stream: Duplex, bytes: Uint8Array): Promise<void> {
  if (stream.destroyed || stream.writableEnded) {
    return Promise.reject(stream.errored ?? new Error("connection is closed"));
  }
  if (stream.write(bytes)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = () => {
      stream.off("drain", settle);
      stream.off("close", settle);
      if (stream.destroyed) reject(stream.errored ?? new Error("connection is closed"));
      else resolve();
    };
    stream.on("drain", settle);
    stream.on("close", settle);
  });
}

function finishOf(stream: Duplex): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once("close", resolve);
    stream.end(resolve);
  });
}
