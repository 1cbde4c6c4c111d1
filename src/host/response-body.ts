import type { Readable } from "node:stream";

/** After which of its events a stream may have something new to tell. */
const events = ["readable", "end", "error", "close"] as const;

/**
 * A response's body. Leaving it early ends the response; after an abort it throws the signal's reason
 * rather than what the broken connection says.
 */
export function responseBody(stream: Readable, signal: AbortSignal): AsyncIterable<Uint8Array> {
  // Whoever iterates is told; a body that nobody reads must not end the process.
  stream.on("error", () => {});
  return { [Symbol.asyncIterator]: () => chunksOf(stream, signal) };
}

/**
 * Not by the stream's own iteration: that takes a stream of HTTP/2 whose sender is done for a broken
 * one, although what was sent has not been read yet.
 */
async function* chunksOf(stream: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let wake = () => {};
  const onEvent = () => wake();
  for (const name of events) stream.on(name, onEvent);
  try {
    while (true) {
      const chunk: Uint8Array | null = stream.read();
      if (chunk !== null) yield chunk;
      else if (stream.readableEnded) break;
      else if (stream.destroyed) throw stream.errored ?? new Error("the answer broke off");
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    for (const name of events) stream.off(name, onEvent);
    if (!stream.readableEnded) stream.destroy();
  }
  // An aborted stream of HTTP/2 ends as if it were whole.
  signal.throwIfAborted();
}
