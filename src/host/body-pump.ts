import type { Writable } from "node:stream";

/**
 * Writes a streamed body as fast as the other side takes it, and ends the stream after it. Stops
 * asking for more once `signal` aborts, even while a chunk is awaited. Rejects with what the body threw.
 */
export async function pumpBody(
  body: AsyncIterable<Uint8Array>,
  stream: Writable,
  signal: AbortSignal,
): Promise<void> {
  const iterator = body[Symbol.asyncIterator]();
  // Ends an iterator that waits; what it says about that concerns nobody any more.
  const leave = () => void iterator.return?.().catch(() => {});
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done === true || signal.aborted) break;
      if (!stream.write(value)) await drained(stream);
    }
    if (!signal.aborted) stream.end();
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

/** Resolves when the stream takes more, or will never. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) {
      resolve();
      return;
    }
    const settle = () => {
      stream.off("drain", settle);
      stream.off("close", settle);
      resolve();
    };
    stream.on("drain", settle);
    stream.on("close", settle);
  });
}
