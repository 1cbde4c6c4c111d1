import type { HttpHandler, HttpPeer, HttpTransport } from "#base";

/**
 * Calls a handler in this process as if over the network, as the client that `peer` describes. Bodies
 * are handed over as they are, without copies.
 */
export function directTransport(handler: HttpHandler, peer: HttpPeer): HttpTransport {
  return {
    send: async (request, signal) => {
      signal.throwIfAborted();
      return await handler.handle({ ...request, peer }, signal);
    },
    upgrade: async (request, signal) => {
      signal.throwIfAborted();
      return await handler.upgrade({ ...request, peer }, signal);
    },
  };
}
