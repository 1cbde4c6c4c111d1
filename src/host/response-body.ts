import type { Readable } from "node:stream";

/**
 * A response's body. Leaving it early ends the response; after an abort it throws the signal's reason
 * rather than what the broken connection says.
 */
export function responseBody(stream: Readable, signal: AbortSignal): AsyncIterable<Uint8Array> {
  // Whoever iterates is told; a body that nobody reads must not end the process.
  stream.on("error", () => {});
  return { [Symbol.asyncIterator]: () => chunksOf(stream, signal) };
}

async function* chunksOf(stream: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
  // An aborted stream of HTTP/2 ends as if it were whole.
  signal.throwIfAborted();
}
